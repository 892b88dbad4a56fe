// needs: redis
import Redis from "ioredis";

const { REDIS_HOST, REDIS_PORT } = process.env;
const options = { host: REDIS_HOST, port: Number(REDIS_PORT) };
const redis = new Redis(options);
await redis.flushall();
await redis.set("a", "1");
console.log(await redis.get("a"), await redis.incr("a"), await redis.get("missing"));
console.log(await redis.pipeline().hset("h", "x", 1, "y", 2).hgetall("h").exec());
console.log(await redis.eval("return redis.call('get', KEYS[1]) .. ARGV[1]", 1, "a", "!"));
const subscriber = new Redis(options);
const message = new Promise((resolve) => subscriber.on("message", (...args) => resolve(args)));
await subscriber.subscribe("news");
await redis.publish("news", "hello");
console.log(await message);
await redis.hget("a", "x").catch((error) => console.log(error.message));
subscriber.disconnect();
await redis.quit();
