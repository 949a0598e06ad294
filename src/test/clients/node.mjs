// Usage: node.mjs URL IMAGE. Sends base64, or the URL of the image, with fetch of JavaScript.
import { readFileSync } from "node:fs";

const [url, image] = process.argv.slice(2);
const byUrl = image.startsWith("https:");
const answer = await fetch(byUrl ? `${url}&image=${encodeURIComponent(image)}` : url, {
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: byUrl ? undefined : readFileSync(image, { encoding: "base64" }),
});
console.log(await answer.text());
