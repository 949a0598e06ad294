// roboflow.cjs URL IMAGE: Roboflow's own client for Node, which is told of another host and nothing else
const [url, image] = process.argv.slice(2);
const { origin, pathname, searchParams } = new URL(url);
process.env.RF_OBJECT_DETECTION_URL = origin;
// where it keeps its configuration
process.env.HOME = __dirname;
require("roboflow").detectObject(image, pathname.slice(1), searchParams.get("api_key")).then((answer) => {
  console.log(JSON.stringify(answer));
});
