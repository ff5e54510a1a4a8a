// Reads {"index", "due", "body"} lines and adds each as a delayed job.
import { createInterface } from "node:readline";
import { load } from "./peers.mjs";

const { Queue } = await load("bullmq");
const queue = new Queue("posts", { connection: { host: "127.0.0.1", port: Number(process.env.REDIS_PORT) } });
let jobs = [];
async function flush() {
  const now = Date.now();
  await queue.addBulk(
    jobs.map(({ index, due, body }) => ({
      name: "post",
      data: { index, body },
      opts: { delay: Math.max(0, Math.round(due * 1000 - now)), removeOnComplete: true },
    })),
  );
  jobs = [];
}
for await (const line of createInterface({ input: process.stdin })) {
  jobs.push(JSON.parse(line));
  if (jobs.length === 500) await flush();
}
if (jobs.length) await flush();
await queue.close();
