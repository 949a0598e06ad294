// Usage: roboflow.cjs URL IMAGE. Sends the image with Roboflow's own client for Node; only the host is changed.
const [url, image] = process.argv.slice(2);
const { origin, pathname, searchParams } = new URL(url);
process.env.RF_OBJECT_DETECTION_URL = origin;
// the client keeps its configuration in this folder
process.env.HOME = __dirname;
require("roboflow").detectObject(image, pathname.slice(1), searchParams.get("api_key")).then((answer) => {
  console.log(JSON.stringify(answer));
});
