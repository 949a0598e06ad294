// node.mjs URL IMAGE: base64 as JavaScript sends it
import { readFileSync } from "node:fs";

const [url, image] = process.argv.slice(2);
const answer = await fetch(url, {
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: readFileSync(image, { encoding: "base64" }),
});
console.log(await answer.text());
