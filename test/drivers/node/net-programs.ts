// Programs over sockets that say the same on the host's Node and in the sandbox: no ports, no times.

export const netPrograms: Record<string, string> = {
  "an echo server": `
    const net = require("net");
    const server = net.createServer((socket) => socket.pipe(socket));
    server.listen(0, "127.0.0.1", () => {
      const client = net.connect(server.address().port, "127.0.0.1");
      let text = "";
      client.setEncoding("utf8").on("data", (part) => { text += part; });
      client.on("close", (hadError) => { console.log(text, hadError, client.bytesRead, client.bytesWritten); server.close(() => console.log("closed")); });
      client.on("connect", () => console.log(client.remoteAddress, client.remoteFamily, client.remotePort === server.address().port));
      for (const [part, encoding] of [["héllo ", "utf8"], ["e9", "hex"], ["latin ", "latin1"], ["x", "ucs2"]]) client.write(part, encoding);
      client.end(Buffer.from("end"));
    });`,
  "50 MB, with a reader that pauses": `
    const net = require("net"); const crypto = require("crypto");
    const part = Buffer.alloc(1 << 20, "0123456789abcdef"); const parts = 50;
    let mostBuffered = 0;
    const server = net.createServer((socket) => {
      let sent = 0;
      const more = () => {
        while (sent < parts) { sent++; const goesOn = socket.write(part); mostBuffered = Math.max(mostBuffered, socket.writableLength); if (!goesOn) return; }
        socket.end();
      };
      socket.on("drain", more); more();
    }).listen(0, "127.0.0.1", () => {
      const client = net.connect(server.address().port, "127.0.0.1");
      const hash = crypto.createHash("sha1"); let length = 0; let pauses = 0;
      client.on("data", (data) => {
        hash.update(data); length += data.length;
        if (length > (pauses + 1) * 5e6) { pauses++; client.pause(); setImmediate(() => client.resume()); }
      });
      client.on("end", () => { console.log(length, hash.digest("hex"), pauses > 5, mostBuffered <= 2 << 20); server.close(); });
    });`,
  "half open": `
    const net = require("net");
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      let text = "";
      socket.on("data", (data) => { text += data; });
      socket.on("end", () => { console.log("server has all:", text, socket.readyState); socket.write("late "); socket.end("answer"); });
    }).listen(0, "127.0.0.1", () => {
      const client = net.connect({ port: server.address().port, host: "127.0.0.1", allowHalfOpen: true });
      client.end("question");
      client.on("finish", () => console.log("finish"));
      client.on("data", (data) => process.stdout.write(data + "|"));
      client.on("end", () => { console.log("end"); server.close(); });
    });`,
  "nobody listens": `
    const net = require("net");
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => {
        net.connect(port, "127.0.0.1").on("error", (error) => {
          console.log(error.code, error.syscall, error.address, error.port === port, error.message.replace(port, "PORT"));
        }).on("close", (hadError) => console.log("close", hadError));
      });
    });`,
  "a reset": `
    const net = require("net");
    const server = net.createServer((socket) => { socket.once("data", () => socket.resetAndDestroy()); socket.on("close", () => console.log("server's end is closed")); });
    server.listen(0, "127.0.0.1", () => {
      const client = net.connect(server.address().port, "127.0.0.1", () => client.write("x"));
      client.on("error", (error) => console.log(error.code, error.syscall));
      client.on("close", (hadError) => { console.log("close", hadError); server.close(); });
    });`,
  "writing to a connection that is gone": `
    const net = require("net");
    const server = net.createServer((socket) => socket.destroy()).listen(0, "127.0.0.1", () => {
      const client = net.connect({ port: server.address().port, host: "127.0.0.1", allowHalfOpen: true });
      client.on("end", () => { const write = () => client.write("more", () => {}); write(); const again = setInterval(write, 1); client.on("close", () => { clearInterval(again); server.close(); }); });
      client.on("error", (error) => console.log(/^(EPIPE|ECONNRESET)$/.test(error.code)));
      client.resume();
    });`,
  "an address that is in use": `
    const net = require("net");
    const first = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = first.address();
      net.createServer().on("error", (error) => { console.log(error.code, error.syscall, error.message.replace(port, "PORT")); first.close(); }).listen(port, "127.0.0.1");
    });`,
  "an address that is not here": `
    require("net").createServer().on("error", (error) => console.log(error.code, error.message)).listen(0, "192.0.2.1");`,
  "unix sockets": `
    const net = require("net"); const fs = require("fs"); const path = require("path");
    const place = path.join(fs.mkdtempSync("/tmp/sock-"), "s");
    const server = net.createServer((socket) => { console.log(socket.remoteAddress, socket.address()); socket.end("hello"); });
    server.listen(place, () => {
      console.log(server.address() === place, fs.statSync(place).isSocket());
      net.connect(place).on("data", (data) => console.log(String(data))).on("close", () => server.close(() => {
        console.log(fs.existsSync(place));
        net.connect(place).on("error", (error) => { console.log(error.code, error.syscall); fs.rmdirSync(path.dirname(place)); });
      }));
    });`,
  "timeouts, keep-alive and no delay": `
    const net = require("net");
    const server = net.createServer((socket) => {}).listen(0, "127.0.0.1", () => {
      const client = net.connect(server.address().port, "127.0.0.1");
      console.log(client.setNoDelay(true) === client, client.setKeepAlive(true, 1000) === client);
      client.setTimeout(20, () => { console.log("timeout"); client.destroy(); server.close(); });
      client.on("close", () => console.log("client's end is closed"));
      server.on("connection", (socket) => socket.on("close", () => {}).resume());
    });`,
  "reading into a buffer of the program's": `
    const net = require("net");
    const server = net.createServer((socket) => socket.end("0123456789")).listen(0, "127.0.0.1", () => {
      const parts = [];
      net.connect({ port: server.address().port, host: "127.0.0.1", onread: { buffer: Buffer.alloc(4), callback: (count, buffer) => { parts.push(buffer.toString("utf8", 0, count)); return true; } } })
        .on("end", () => { console.log(parts.join("|")); server.close(); });
    });`,
  "many connections at once": `
    const net = require("net"); let open = 0; let most = 0; let done = 0; const all = 60;
    const server = net.createServer((socket) => { open++; most = Math.max(most, open); socket.on("close", () => { open--; }); socket.on("data", (data) => socket.end(data)); });
    server.listen(0, "127.0.0.1", () => {
      for (let index = 0; index < all; index++) {
        let text = "";
        net.connect(server.address().port, "127.0.0.1", function () { this.write("n" + index); })
          .on("data", (data) => { text += data; })
          .on("close", () => { if (text !== "n" + index) console.log("wrong", text); if (++done === all) { console.log(done, most > 1); server.close(); } });
      }
    });`,
  "the context of a connection's callbacks": `
    const net = require("net"); const { AsyncLocalStorage } = require("async_hooks"); const als = new AsyncLocalStorage();
    const server = net.createServer((socket) => { console.log("server", als.getStore()); socket.end("x"); }).listen(0, "127.0.0.1", () => {
      als.run("client", () => { net.connect(server.address().port, "127.0.0.1").on("connect", () => console.log("connect", als.getStore())).on("data", () => console.log("data", als.getStore())).on("close", () => server.close()); });
    });`,
  "a server that does not hold the program": `
    const net = require("net");
    net.createServer().listen(0, "127.0.0.1").unref().on("listening", () => console.log("listening"));
    setTimeout(() => console.log("last"), 10);`,
  "block lists": `
    const net = require("net"); const list = new net.BlockList();
    list.addAddress("123.123.123.123"); list.addRange("10.0.0.1", "10.0.0.10"); list.addSubnet("8592:757c:efae:4e45::", 64, "ipv6");
    console.log(list.check("123.123.123.123"), list.check("10.0.0.3"), list.check("10.0.0.11"), list.check("8592:757c:efae:4e45:1::2", "ipv6"), list.check("::ffff:10.0.0.2", "ipv6"), list.rules);
    const address = new net.SocketAddress({ address: "::1", family: "ipv6", port: 80, flowlabel: 3 }); console.log(address.address, address.port, address.family, address.flowlabel);`,
};

export const datagramPrograms: Record<string, string> = {
  "there and back": `
    const dgram = require("dgram"); const server = dgram.createSocket("udp4"); const client = dgram.createSocket("udp4");
    server.on("message", (message, from) => { console.log(String(message), from.address, from.family, from.size, from.port === client.address().port); server.send(["answer ", Buffer.from("parts")], from.port, from.address); });
    client.on("message", (message) => { console.log(String(message)); client.close(); server.close(); });
    server.on("close", () => console.log("closed"));
    server.bind(0, "127.0.0.1", () => client.send("question", server.address().port, "127.0.0.1", (error, count) => console.log(error, count)));`,
  "connected, and refused": `
    const dgram = require("dgram"); const gone = dgram.createSocket("udp4");
    gone.bind(0, "127.0.0.1", () => { const { port } = gone.address(); gone.close(() => {
      const client = dgram.createSocket("udp4");
      client.connect(port, "127.0.0.1", () => { console.log(client.remoteAddress().address, client.remoteAddress().port === port); client.send("x"); });
      client.on("error", (error) => { console.log(error.code, error.syscall); client.disconnect(); try { client.remoteAddress(); } catch (thrown) { console.log(thrown.code); } client.close(); });
    }); });`,
  "empty, large and too large": `
    const dgram = require("dgram"); const server = dgram.createSocket("udp4"); const sizes = [];
    server.on("message", (message) => { sizes.push(message.length); if (sizes.length === 2) { console.log(sizes); server.close(); client.close(); } });
    const client = dgram.createSocket("udp4");
    server.bind(0, "127.0.0.1", () => { const { port } = server.address(); client.send("", port, "127.0.0.1", () => client.send(Buffer.alloc(60000), port, "127.0.0.1", () => client.send(Buffer.alloc(70000), port, "127.0.0.1", (error) => console.log(error.code, error.syscall)))); });`,
  options: `
    const dgram = require("dgram"); const socket = dgram.createSocket({ type: "udp4", reuseAddr: true });
    try { socket.setTTL(1); } catch (error) { console.log(error.code); }
    socket.bind(0, () => {
      console.log(socket.setTTL(16), socket.setMulticastTTL(4), socket.setMulticastLoopback(false)); socket.setBroadcast(true);
      socket.setRecvBufferSize(8192); console.log(socket.getRecvBufferSize());
      for (const call of [() => socket.setTTL(0), () => socket.setTTL(300), () => socket.setMulticastTTL(1000), () => socket.addMembership("1.2.3.300")]) { try { call(); console.log("done"); } catch (error) { console.log(error.code, error.message); } }
      socket.close();
    });`,
};

export const nameProgram = `
  const dns = require("dns");
  dns.lookup("localhost", { family: 4 }, (error, address, family) => {
    console.log(error, address, family);
    dns.lookup("127.0.0.1", (error, address, family) => {
      console.log(error, address, family);
      dns.lookup("name.invalid", (error) => {
        console.log(error.code, error.syscall, error.hostname, error.message);
        dns.promises.lookup("localhost", { all: true, family: 4 }).then((all) => {
          console.log(all);
          dns.lookupService("127.0.0.1", 22, (error, host, service) => console.log(error, host, service));
        });
      });
    });
  });`;
