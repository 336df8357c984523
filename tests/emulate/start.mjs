// Starts the stand-in with the seed that is given as JSON, on this machine only, and prints its address.
import net from "node:net";
import { createEmulator } from "emulate";

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, port, "127.0.0.1", ...rest.filter((each) => typeof each === "function"));
};
const [port, seed] = process.argv.slice(2);
await createEmulator({ service: "slack", port: Number(port), seed: { slack: JSON.parse(seed) } });
const url = `http://127.0.0.1:${port}`;
while (!(await fetch(url).catch(() => null))) await new Promise((done) => setTimeout(done, 20));
console.log(url);
process.stdin.on("end", () => process.exit(0)).resume();
