// axios.mjs URL IMAGE: base64, or the image's own URL, as Roboflow's documentation sends it with axios
import { readFileSync } from "node:fs";
import axios from "axios";

const [url, image] = process.argv.slice(2);
const byUrl = image.startsWith("https:");
const answer = await axios({
  method: "POST",
  url,
  params: byUrl ? { image } : {},
  data: byUrl ? undefined : readFileSync(image, { encoding: "base64" }),
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
console.log(JSON.stringify(answer.data));
