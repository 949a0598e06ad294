// node.mjs URL IMAGE: base64, or the image's own URL, as JavaScript sends it
import { readFileSync } from "node:fs";

const [url, image] = process.argv.slice(2);
const byUrl = image.startsWith("https:");
const answer = await fetch(byUrl ? `${url}&image=${encodeURIComponent(image)}` : url, {
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: byUrl ? undefined : readFileSync(image, { encoding: "base64" }),
});
console.log(await answer.text());
