// A subscriber that stores the approved posts of all accounts in its own table. Start from this file.

import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import amqplib from 'amqplib';

const AMQP_URL = process.env.AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672/';
const NAMESPACE = process.env.EVENTS_NAMESPACE ?? 'pulseworks';
// Declared beforehand, with its bindings and dead-letter queue: python -m common.topology subscriber example --types …
const QUEUE = process.env.QUEUE ?? `${NAMESPACE}.subscriber.example`;
const DATABASE = process.env.DATABASE ?? 'subscriber.sqlite3';
const STREAM = `${NAMESPACE}.events.log`;
const APPROVED = 'content.approved.v1';
// The replay is complete when the stream delivers nothing for this long.
const QUIET_MS = 3000;

const database = new DatabaseSync(DATABASE);
database.exec(`
  CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS approvals (content_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, title TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS replayed (at TEXT NOT NULL);
`);
const note = database.prepare('INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING');
// Events may arrive out of order: apply only newer revisions.
const keep = database.prepare(`
  INSERT INTO approvals VALUES (?, ?, ?) ON CONFLICT DO UPDATE
  SET revision = excluded.revision, title = excluded.title WHERE excluded.revision > revision
`);

class NotUnderstood extends Error {}

/** Return the event of a message. Its JSON Schema is in the contracts: schemas/content.approved.v1.json. */
function parse(message) {
  try {
    const event = JSON.parse(message.content);
    const { content_id, revision, title } = event.data;
    if (event.type === APPROVED && event.id && content_id && Number.isInteger(revision) && typeof title === 'string') return event;
  } catch (error) {
    throw new NotUnderstood(error.message);
  }
  throw new NotUnderstood(`not a valid ${APPROVED}`);
}

/** Return when an event of any type was emitted, in milliseconds; NaN when it does not say. */
function timeOf(message) {
  try {
    return Date.parse(JSON.parse(message.content).time);
  } catch {
    return NaN;
  }
}

/** Apply an event once, however often it is delivered: the note of its id and its effect are one transaction. */
function apply({ id, data }) {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (note.run(id).changes === 0) {
      database.exec('ROLLBACK');
      return;
    }
    keep.run(data.content_id, data.revision, data.title);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
  console.log(`approved: ${data.content_id} revision ${data.revision} “${data.title}”`);
}

/** Take an event as it comes. */
async function receive(channel, message) {
  if (message === null) throw new Error(`the broker has cancelled the consumer: is ${QUEUE} gone?`);
  try {
    apply(parse(message));
    channel.ack(message);
  } catch (error) {
    const again = !(error instanceof NotUnderstood); // a database error is transient, so the event is redelivered
    console.error(again ? 'the event will be redelivered:' : 'rejected to the dead-letter queue:', error.message);
    if (again) await sleep(1000);
    channel.nack(message, false, again);
  }
}

/**
 * At the first start, read from the stream what was sent before the queue existed: the last 30 days, all types.
 * Both hold what was sent in between; `seen` makes it one. Interrupted, it begins again at the next start.
 */
async function replay(connection) {
  if (database.prepare('SELECT 1 FROM replayed').get()) return;
  const channel = await connection.createChannel();
  await channel.prefetch(200); // a stream is not consumed without one
  await new Promise((resolve, reject) => {
    const began = Date.now();
    let quiet = setTimeout(resolve, QUIET_MS);
    const read = (message) => {
      try {
        if (message.fields.routingKey === APPROVED) apply(parse(message));
        // a busy stream is never idle, and later events are in the queue
        if (timeOf(message) > began) return resolve();
      } catch (error) {
        if (!(error instanceof NotUnderstood)) return reject(error);
        console.error('skipped an event of the stream:', error.message);
      }
      channel.ack(message);
      clearTimeout(quiet);
      quiet = setTimeout(resolve, QUIET_MS);
    };
    channel.on('error', reject);
    channel.consume(STREAM, read, { arguments: { 'x-stream-offset': 'first' } }).catch(reject);
  });
  await channel.close();
  database.exec("INSERT INTO replayed VALUES (datetime())");
  console.log('replayed the stream');
}

let stopping = false;
const connection = await amqplib.connect(AMQP_URL, { heartbeat: 30 });
connection.on('error', (error) => console.error('connection:', error.message));
// After a lost connection your supervisor must restart it: unacknowledged events are still in the queue.
connection.on('close', () => process.exit(stopping ? 0 : 1));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    stopping = true;
    connection.close();
  });
}
await replay(connection);
const channel = await connection.createChannel();
await channel.prefetch(50);
await channel.consume(QUEUE, (message) => receive(channel, message));
console.log(`waiting for events in ${QUEUE}`);
