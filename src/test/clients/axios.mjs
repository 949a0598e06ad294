// Usage: axios.mjs URL IMAGE. Sends base64, or the URL of the image, with axios, as Roboflow's documentation does.
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
