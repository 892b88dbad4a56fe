import { WebSocket, WebSocketServer } from "ws";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) =>
    socket.send(isBinary ? data : `echo ${data}`, { binary: isBinary }),
  );
});
await new Promise((resolve) => server.on("listening", resolve));
const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
const messages = [];
await new Promise((resolve, reject) => {
  client.on("error", reject);
  client.on("open", () => {
    client.send("text");
    client.send(Buffer.alloc(100_000, 7));
  });
  client.on("message", (data, isBinary) => {
    messages.push([isBinary, data.length, isBinary ? data[99_999] : data.toString()]);
    if (messages.length === 2) client.close(1000, "done");
  });
  client.on("close", (code, reason) => {
    console.log(code, reason.toString());
    resolve();
  });
});
console.log(messages);
server.close();
