import { note } from "./marks.mjs";
import { load } from "./peers.mjs";

const { run, Logger } = await load("graphile-worker");
const localQueueSize = Number(process.env.LOCAL_QUEUE);
const runner = await run({
  logger: new Logger(() => () => {}),
  connectionString: process.env.DATABASE_URL,
  noHandleSignals: true,
  preset: {
    worker: {
      concurrentJobs: Number(process.env.CONCURRENCY),
      maxPoolSize: Number(process.env.CONCURRENCY) + 2,
      pollInterval: Number(process.env.POLL_MS),
      ...(localQueueSize ? { localQueue: { size: localQueueSize, refetchDelay: { durationMs: 10 } }, completeJobBatchDelay: 0 } : {}),
    },
  },
  taskList: { post: async (payload) => note(payload.index) },
});
console.log("ready");
process.on("SIGTERM", async () => {
  await runner.stop().catch(() => {});
  process.exit(0);
});
