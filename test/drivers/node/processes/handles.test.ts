// Servers and sockets that go to other processes, over the channel of `fork` and by descriptors: here and on the host's Node.

import { expect, test } from "vitest";
import { bootNode, nodeInGuest } from "../node-kernel.js";
import { expectAsHost } from "./beside-host.js";

const programs: Record<string, string> = {
  "a server is given: both processes serve its port, then the child alone": `
    const net = require('net'); const { fork } = require('child_process');
    const ask = (port, done) => net.connect(port, '127.0.0.1').on('data', (data) => done(String(data)));
    if (process.argv[2] === 'child') {
      process.on('message', (message, server) => {
        console.log(message, server instanceof net.Server);
        server.on('connection', (socket) => { socket.end('child'); server.close(); process.disconnect(); });
        process.send('ready');
      });
    } else {
      const child = fork(__filename, ['child'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const server = net.createServer((socket) => socket.end('parent')).listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        ask(port, (first) => { console.log(first); child.send({ take: 'it' }, server); });
        child.on('message', () => { server.close(); ask(port, (second) => console.log(second)); });
      });
      child.on('exit', (code) => console.log(code));
    }`,
  "a connection is given, and what it carries goes on there": `
    const net = require('net'); const { fork } = require('child_process');
    if (process.argv[2] === 'child') {
      process.on('message', (message, socket) => {
        socket.on('data', (data) => socket.end(message + data)).on('close', () => process.disconnect()).resume();
        process.send('has it');
      });
    } else {
      const child = fork(__filename, ['child']);
      const server = net.createServer({ pauseOnConnect: true }, (socket) => { server.close(); child.send('got ', socket); }).listen(0, '127.0.0.1', () => {
        const client = net.connect(server.address().port, '127.0.0.1');
        child.on('message', () => client.write('hello'));
        client.on('data', (data) => console.log(String(data))).on('close', () => console.log('closed'));
      });
      child.on('exit', (code) => console.log('exit', code));
    }`,
  "many handles come in their order, with their messages": `
    const net = require('net'); const { fork } = require('child_process');
    if (process.argv[2] === 'child') {
      const seen = [];
      process.on('message', (message, server) => {
        if (message === 'end') { console.log(seen.join()); process.disconnect(); return; }
        seen.push(message + (server ? ':' + (server.address().port === message.port ? 'same' : 'other') : ''));
        if (server) server.close();
      });
    } else {
      const child = fork(__filename, ['child'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      let left = 10; const servers = [];
      for (let n = 0; n < 10; n++) servers.push(net.createServer().listen(0, '127.0.0.1', () => { if (--left === 0) send(); }));
      const send = () => { for (const [n, server] of servers.entries()) { child.send(n, n % 3 === 0 ? server : undefined); }
        child.send('end', () => servers.forEach((server) => server.close())); };
    }`,
  "a datagram socket is given": `
    const dgram = require('dgram'); const { fork } = require('child_process');
    if (process.argv[2] === 'child') {
      process.on('message', (message, socket) => {
        socket.on('message', (data, from) => { socket.send(message + data, from.port, from.address, () => { socket.close(); process.disconnect(); }); });
        process.send('ready');
      });
    } else {
      const child = fork(__filename, ['child'], { serialization: 'advanced' });
      const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1', () => child.send('heard ', socket));
      child.on('message', () => { const { port } = socket.address(); socket.close();
        const client = dgram.createSocket('udp4').on('message', (data) => { console.log(String(data)); client.close(); });
        client.send('that', port, '127.0.0.1'); });
    }`,
  "what can't be given": `
    const { fork } = require('child_process');
    if (process.argv[2] === 'child') { process.on('message', (message, handle) => { console.log(message, handle); process.disconnect(); }); }
    else {
      const child = fork(__filename, ['child'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      for (const handle of [{}, 5, process]) try { child.send('x', handle); console.log('sent'); } catch (error) { console.log(error.code); }
      child.send('y', new (require('net').Socket)());
    }`,
  "a cluster: workers take connections in turn, and share datagram ports": `
    const cluster = require('cluster'); const http = require('http'); const dgram = require('dgram');
    if (cluster.isPrimary) {
      const workers = [cluster.fork(), cluster.fork()]; let ready = 0; let port; const seen = new Set();
      const ask = (left) => { if (left === 0) { console.log([...seen].sort().join()); for (const worker of workers) worker.disconnect(); return; }
        http.get({ port, host: '127.0.0.1', agent: false }, (response) => response.on('data', (data) => seen.add(String(data))).on('end', () => ask(left - 1))); };
      cluster.on('message', (worker, message) => { port ??= message.port; if (++ready === 2) ask(4); });
      cluster.on('exit', (worker, code) => console.log('exit', code));
    } else {
      const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1', () => {
        http.createServer((request, response) => response.end('worker ' + cluster.worker.id)).listen(0, '127.0.0.1', function () { process.send({ port: this.address().port }); });
      });
    }`,
  "a server by its descriptor": `
    const net = require('net'); const { spawn } = require('child_process');
    if (process.argv[2] === 'child') {
      const server = net.createServer((socket) => { socket.end('by fd'); server.close(); }).listen({ fd: 3 }, () => process.stdout.write('ready'));
      net.createServer().listen({ fd: 77 }).on('error', (error) => console.error(error.code, error.syscall));
    } else {
      const server = net.createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        const child = spawn(process.execPath, [__filename, 'child'], { stdio: ['ignore', 'pipe', 'inherit', server._handle.fd] });
        server.close();
        child.stdout.once('data', () => net.connect(port, '127.0.0.1').on('data', (data) => console.log(String(data))));
        child.on('exit', (code) => console.log(code));
      });
    }`,
};

test.for(Object.entries(programs))("%s", async ([, program]) => {
  await expectAsHost(program);
});

test("a process that is killed while handles come to it leaves no socket open", async () => {
  const kernel = await bootNode();
  const program = `const net = require('net'); const { fork } = require('child_process'); const fs = require('fs');
    fs.writeFileSync('/tmp/child.js', 'process.on("message", () => {}); for (;;);');
    const child = fork('/tmp/child.js');
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      child.send('take it', server); server.close();
      child.kill('SIGKILL');
      child.on('exit', () => { const again = net.createServer().listen(port, '127.0.0.1', () => { console.log('free'); again.close(); }); });
    });`;
  const { stdout, stderr } = await nodeInGuest(kernel, ["-e", program]);
  expect({ stdout, stderr }).toEqual({ stdout: "free\n", stderr: "" });
});
