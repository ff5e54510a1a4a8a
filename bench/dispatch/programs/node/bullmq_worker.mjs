import { note } from "./marks.mjs";
import { load } from "./peers.mjs";

const { Worker } = await load("bullmq");
const worker = new Worker("posts", async (job) => note(job.data.index), {
  connection: { host: "127.0.0.1", port: Number(process.env.REDIS_PORT) },
  concurrency: Number(process.env.CONCURRENCY),
});
await worker.waitUntilReady();
console.log("ready");
process.on("SIGTERM", async () => {
  await worker.close();
  process.exit(0);
});
