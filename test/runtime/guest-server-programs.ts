// Servers for guests, that the host application talks to.

/** Express, with what a server of today has: JSON, cookies, binary, server-sent events, redirects, WebSockets. */
export const expressServer = `
  import express from "express";
  import { WebSocketServer } from "ws";
  const app = express();
  app.use(express.json());
  app.get("/", (request, response) => response.send("hello"));
  app.get("/items/:id", (request, response) => response.json({ id: request.params.id, q: request.query.q }));
  app.post("/echo", (request, response) => response.status(201).json({ got: request.body, type: request.get("content-type") }));
  app.get("/cookies", (request, response) => response.cookie("a", "1").cookie("b", "2").end());
  app.get("/host", (request, response) => response.send(request.get("host")));
  app.get("/bytes", (request, response) => response.end(Buffer.from([0, 255, 128, 10])));
  app.get("/big", (request, response) => response.end(Buffer.alloc(Number(request.query.size), 120)));
  app.post("/length", (request, response) => {
    let length = 0;
    request.on("data", (data) => { length += data.length; }).on("end", () => response.send(String(length)));
  });
  app.get("/teapot", (request, response) => { response.statusMessage = "Short and stout"; response.status(418).end(); });
  app.get("/to", (request, response) => response.redirect(request.query.url));
  app.get("/never", () => {});
  app.get("/events", (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let count = 0;
    const send = () => { count++; response.write("data: " + count + "\\n\\n"); };
    send();
    const timer = setInterval(send, 5);
    request.on("close", () => { clearInterval(timer); console.log("events closed"); });
  });
  const server = app.listen(3000, () => console.log("up"));
  new WebSocketServer({ server, path: "/socket" }).on("connection", (socket, request) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on("close", (code) => console.log("socket closed", code));
  });
`;

/** A development server as Vite is one: a page, its module, and a socket that tells the page of changes. */
export const developmentServer = `
  import http from "node:http";
  import { WebSocketServer } from "ws";
  const page = '<!doctype html><title>dev</title><h1 id="app">loading</h1><script type="module" src="/main.js"></script>';
  const main = \`
    const answer = await fetch("/api/message", { method: "POST", body: "from the page" });
    document.querySelector("#app").textContent = await answer.text();
    const socket = new WebSocket(location.href.replace("http", "ws") + "hmr");
    socket.onmessage = ({ data }) => { document.title = data; };
    socket.onopen = () => socket.send("ready");
  \`;
  const server = http.createServer((request, response) => {
    if (request.url === "/main.js") return response.setHeader("content-type", "text/javascript").end(main);
    if (request.url === "/") return response.setHeader("content-type", "text/html").end(page);
    let body = "";
    request.on("data", (data) => { body += data; }).on("end", () => response.end("guest got: " + body));
  });
  new WebSocketServer({ server, path: "/hmr" }).on("connection", (socket) => {
    socket.on("message", (data) => socket.send("updated after " + data));
  });
  server.listen(5173, "localhost");
`;
