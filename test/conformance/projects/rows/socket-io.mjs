import { createServer } from "node:http";
import { Server } from "socket.io";
import { io } from "socket.io-client";

const http = createServer();
const server = new Server(http);
server.on("connection", (socket) => {
  socket.on("sum", (numbers, answer) => answer(numbers.reduce((a, b) => a + b, 0)));
  socket.on("join", (room) => {
    socket.join(room);
    server.to(room).emit("joined", room);
  });
});
await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
const client = io(`http://127.0.0.1:${http.address().port}`);
const sum = await client.emitWithAck("sum", [1, 2, 3]);
console.log("sum", sum);
const joined = new Promise((resolve) => client.on("joined", resolve));
client.emit("join", "kitchen");
console.log("joined", await joined);
client.close();
await server.close();
