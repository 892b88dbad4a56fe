// Message ports: queues of messages that live outside of any isolate, so that threads of one guest can send each other values.
// A port belongs to one thread of one group (a guest) at a time, and only that thread can use its number. Backing stores of
// an isolate's own allocator never leave it, but for shared memory: a transferred buffer's bytes are copied out and in.
#include "serialization.h"

#include <cstring>
#include <deque>
#include <mutex>
#include <set>
#include <tuple>

namespace secure_exec {

namespace {

using v8::Array;
using v8::ArrayBuffer;
using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Number;
using v8::Object;
using v8::Value;

// Of all guests of this process: bytes of messages that wait and of buffers that were sent, ports, messages that wait.
constexpr size_t kBytesMax = 512u * 1024 * 1024;
constexpr size_t kPortsMax = 100'000;
constexpr size_t kMessagesMax = 1'000'000;
// Shared memory that has crossed from one isolate to another: see KeepShared.
constexpr size_t kSharedMax = 4096;

// Who is in the midst of being sent.
constexpr uint32_t kNobody = 0xffffffff;

struct Message {
  Bytes bytes;
  Attachments attachments;
  std::vector<std::shared_ptr<Bytes>> buffers;
  std::vector<uint64_t> ports;
  bool is_close = false;
  size_t counted = 0;
};

struct Port {
  uint64_t group = 0;
  uint32_t thread = 0;
  uint64_t peer = 0;
  // Of a BroadcastChannel.
  std::string channel;
  std::deque<std::shared_ptr<Message>> queue;
};

struct Hub {
  std::mutex mutex;
  std::unordered_map<uint64_t, Port> ports;
  // By group and thread: ports that something has come for since they were asked for.
  std::unordered_map<uint64_t, std::unordered_map<uint32_t, std::set<uint64_t>>> ready;
  std::vector<std::shared_ptr<v8::BackingStore>> shared;
  uint64_t last_id = 0;
  size_t bytes = 0;
  size_t messages = 0;
};

// Never destroyed: threads may be in it when the process ends.
Hub& TheHub() {
  static Hub* hub = new Hub();
  return *hub;
}

// isolated-vm's allocator counts in its isolate's environment, which is gone when shared memory is given back after its
// isolate's end: what has crossed is never given back. A process that had threads serves no other guest.
void KeepShared(Hub& hub, const Attachments& attachments) {
  for (const auto& store : attachments.shared) {
    bool is_known = false;
    for (const auto& kept : hub.shared) is_known = is_known || kept->Data() == store->Data();
    if (!is_known) hub.shared.push_back(store);
  }
}

Port* Find(Hub& hub, uint64_t id) {
  auto found = hub.ports.find(id);
  return found == hub.ports.end() ? nullptr : &found->second;
}

Port* FindOwn(Hub& hub, State* state, Local<Value> id) {
  if (state == nullptr || state->group == 0 || !id->IsNumber()) return nullptr;
  double number = id.As<Number>()->Value();
  if (!(number >= 1 && number <= 9007199254740991.0)) return nullptr;
  Port* port = Find(hub, static_cast<uint64_t>(number));
  return port != nullptr && port->group == state->group && port->thread == state->thread ? port : nullptr;
}

uint64_t IdOf(Local<Value> id) { return static_cast<uint64_t>(id.As<Number>()->Value()); }

uint64_t MakePort(Hub& hub, State* state) {
  if (hub.ports.size() >= kPortsMax) return 0;
  uint64_t id = ++hub.last_id;
  Port& port = hub.ports[id];
  port.group = state->group;
  port.thread = state->thread;
  return id;
}

void Deliver(Hub& hub, uint64_t id, Port& port, std::shared_ptr<Message> message) {
  hub.messages++;
  port.queue.push_back(std::move(message));
  if (port.thread != kNobody) hub.ready[port.group][port.thread].insert(id);
}

void Close(Hub& hub, uint64_t id);

void Drop(Hub& hub, const std::shared_ptr<Message>& message) {
  if (message.use_count() > 1) return;
  hub.bytes -= message->counted;
  message->counted = 0;
  std::vector<uint64_t> ports;
  ports.swap(message->ports);
  for (uint64_t id : ports) Close(hub, id);
}

void Close(Hub& hub, uint64_t id) {
  Port* port = Find(hub, id);
  if (port == nullptr) return;
  uint64_t peer = port->peer;
  std::deque<std::shared_ptr<Message>> queue;
  queue.swap(port->queue);
  if (port->thread != kNobody) hub.ready[port->group][port->thread].erase(id);
  hub.ports.erase(id);
  hub.messages -= queue.size();
  for (auto& message : queue) Drop(hub, message);
  Port* other = Find(hub, peer);
  if (other == nullptr || other->peer != id) return;
  other->peer = 0;
  auto farewell = std::make_shared<Message>();
  farewell->is_close = true;
  Deliver(hub, peer, *other, std::move(farewell));
}

// joinGroup(group, thread): once, by the container, before guest code runs.
void JoinGroup(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  if (state == nullptr || state->group != 0 || !info[0]->IsNumber() || !info[1]->IsUint32()) return;
  state->group = IdOf(info[0]);
  state->thread = info[1].As<v8::Uint32>()->Value();
}

// makeChannel(): the numbers of two ports that are connected.
void MakeChannel(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  if (state == nullptr || state->group == 0) return;
  uint64_t first = MakePort(hub, state);
  uint64_t second = first == 0 ? 0 : MakePort(hub, state);
  if (second == 0) return;
  hub.ports[first].peer = second;
  hub.ports[second].peer = first;
  Local<Value> ids[] = {Number::New(isolate, static_cast<double>(first)), Number::New(isolate, static_cast<double>(second))};
  info.GetReturnValue().Set(Array::New(isolate, ids, 2));
}

// joinBroadcast(name): the number of a port that hears what the others of the name say.
void JoinBroadcast(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr || state->group == 0 || !info[0]->IsString()) return;
  v8::String::Utf8Value name(isolate, info[0]);
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  uint64_t id = MakePort(hub, state);
  if (id == 0) return;
  hub.ports[id].channel = "=" + std::string(*name, name.length());
  info.GetReturnValue().Set(Number::New(isolate, static_cast<double>(id)));
}

// The transferred buffers and ports of a call: false with an exception when they can't be.
bool TakeTransfers(Local<Context> context, Local<Value> given, std::vector<Local<ArrayBuffer>>* buffers) {
  if (!given->IsArray()) return true;
  Local<Array> list = given.As<Array>();
  for (uint32_t index = 0; index < list->Length(); index++) {
    Local<Value> buffer;
    if (!list->Get(context, index).ToLocal(&buffer)) return false;
    if (buffer->IsArrayBuffer()) buffers->push_back(buffer.As<ArrayBuffer>());
  }
  return true;
}

void ThrowCloneError(Local<Context> context, Local<Object> hooks, const char* text) {
  Isolate* isolate = Isolate::GetCurrent();
  Local<Value> make;
  Local<Value> error;
  Local<Value> args[] = {Text(isolate, text)};
  if (hooks->Get(context, Text(isolate, "error")).ToLocal(&make) && make->IsFunction() &&
      make.As<v8::Function>()->Call(context, hooks, 1, args).ToLocal(&error)) {
    isolate->ThrowException(error);
  }
}

// post(port, value, hooks, buffers, ports): sends a value to the port's peer, or to the others of its name. Answers the threads to
// wake, each once; undefined: there was nobody to send to; null: the peer itself was among the ports, and is closed.
void Post(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || !info[2]->IsObject()) return ThrowTypeError(isolate, "post");
  Local<Object> hooks = info[2].As<Object>();
  std::vector<Local<ArrayBuffer>> buffers;
  if (!TakeTransfers(context, info[3], &buffers)) return;
  auto message = std::make_shared<Message>();
  {
    Writer writer(context, hooks, &message->attachments);
    for (uint32_t index = 0; index < buffers.size(); index++) writer.serializer().TransferArrayBuffer(index, buffers[index]);
    writer.serializer().WriteHeader();
    if (writer.Write(info[1]).IsNothing()) return;
    message->bytes = writer.Release();
  }
  size_t counted = message->bytes.size;
  for (Local<ArrayBuffer> buffer : buffers) counted += buffer->ByteLength();
  std::vector<uint64_t> moved;
  if (info[4]->IsArray()) {
    Local<Array> list = info[4].As<Array>();
    for (uint32_t index = 0; index < list->Length(); index++) {
      Local<Value> id;
      if (!list->Get(context, index).ToLocal(&id)) return;
      Hub& hub = TheHub();
      std::lock_guard<std::mutex> lock(hub.mutex);
      if (FindOwn(hub, state, id) != nullptr) moved.push_back(IdOf(id));
    }
  }
  for (Local<ArrayBuffer> buffer : buffers) {
    std::shared_ptr<Bytes> copy = CopyOf(buffer);
    if (!copy) return ThrowCloneError(context, hooks, "Data cannot be cloned, out of memory.");
    message->buffers.push_back(std::move(copy));
  }
  Hub& hub = TheHub();
  std::vector<uint32_t> threads;
  bool has_receiver = false;
  bool is_full = false;
  bool is_lost = false;
  {
    std::lock_guard<std::mutex> lock(hub.mutex);
    Port* port = FindOwn(hub, state, info[0]);
    is_full = hub.bytes + counted > kBytesMax || hub.messages >= kMessagesMax || hub.shared.size() >= kSharedMax;
    if (!is_full && port != nullptr) {
      message->counted = counted;
      hub.bytes += counted;
      uint64_t own = IdOf(info[0]);
      for (uint64_t id : moved) {
        Port* sent = Find(hub, id);
        if (sent == nullptr) continue;
        hub.ready[sent->group][sent->thread].erase(id);
        sent->thread = kNobody;
        message->ports.push_back(id);
      }
      auto deliver = [&](uint64_t id, Port& other) {
        has_receiver = true;
        if (other.thread != state->thread) KeepShared(hub, message->attachments);
        Deliver(hub, id, other, message);
        bool is_known = other.thread == kNobody;
        for (uint32_t thread : threads) is_known = is_known || thread == other.thread;
        if (!is_known) threads.push_back(other.thread);
      };
      for (uint64_t id : message->ports) is_lost = is_lost || id == port->peer;
      if (is_lost) {
        // The message drops below, and with it the ports that it holds.
      } else if (port->channel.empty()) {
        Port* peer = Find(hub, port->peer);
        if (peer != nullptr) deliver(port->peer, *peer);
      } else {
        for (auto& [id, other] : hub.ports) {
          if (id != own && other.group == state->group && other.channel == port->channel) deliver(id, other);
        }
      }
      if (!has_receiver) Drop(hub, message);
    }
  }
  if (is_full) return ThrowCloneError(context, hooks, "Data cannot be cloned, out of memory.");
  for (Local<ArrayBuffer> buffer : buffers) {
    if (buffer->IsDetachable()) std::ignore = buffer->Detach(Local<Value>());
  }
  if (is_lost) info.GetReturnValue().SetNull();
  if (!has_receiver) return;
  Local<Array> answer = Array::New(isolate, static_cast<int>(threads.size()));
  for (uint32_t index = 0; index < threads.size(); index++) {
    answer->Set(context, index, v8::Integer::NewFromUnsigned(isolate, threads[index])).Check();
  }
  info.GetReturnValue().Set(answer);
}

// Gives a sent buffer's bytes back, and their room.
void FreeSent(void*, size_t length, void* holder) {
  delete static_cast<std::shared_ptr<Bytes>*>(holder);
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  hub.bytes -= length;
}

Local<ArrayBuffer> Received(Isolate* isolate, std::shared_ptr<Bytes> bytes, bool is_last) {
  // Who receives the last one takes the bytes themselves.
  if (!is_last) {
    auto copy = std::make_shared<Bytes>();
    copy->size = bytes->size;
    copy->data.reset(static_cast<uint8_t*>(std::malloc(bytes->size == 0 ? 1 : bytes->size)));
    if (copy->data) memcpy(copy->data.get(), bytes->data.get(), bytes->size);
    else copy->size = 0;
    bytes = std::move(copy);
  }
  Hub& hub = TheHub();
  {
    std::lock_guard<std::mutex> lock(hub.mutex);
    hub.bytes += bytes->size;
  }
  auto* holder = new std::shared_ptr<Bytes>(bytes);
  return ArrayBuffer::New(isolate, ArrayBuffer::NewBackingStore(bytes->data.get(), bytes->size, FreeSent, holder));
}

// receive(port, hooks): takes a message. undefined: there is none; null: the peer has closed; [value]; false: what came can't be read.
// Before it is read, hooks.ports(numbers) hears of the ports that came with it, which are the caller's now.
void Receive(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || !info[1]->IsObject()) return ThrowTypeError(isolate, "receive");
  Local<Object> hooks = info[1].As<Object>();
  std::shared_ptr<Message> message;
  Hub& hub = TheHub();
  {
    std::lock_guard<std::mutex> lock(hub.mutex);
    Port* port = FindOwn(hub, state, info[0]);
    if (port == nullptr || port->queue.empty()) return;
    message = port->queue.front();
    port->queue.pop_front();
    hub.messages--;
    // Of a broadcast the others have it still.
    if (message.use_count() == 1) {
      hub.bytes -= message->counted;
      message->counted = 0;
    }
    for (uint64_t id : message->ports) {
      Port* came = Find(hub, id);
      if (came != nullptr && came->thread == kNobody) came->thread = state->thread;
    }
  }
  if (message->is_close) {
    info.GetReturnValue().SetNull();
    return;
  }
  Local<Array> numbers = Array::New(isolate, static_cast<int>(message->ports.size()));
  for (uint32_t index = 0; index < message->ports.size(); index++) {
    numbers->Set(context, index, Number::New(isolate, static_cast<double>(message->ports[index]))).Check();
  }
  message->ports.clear();
  Local<Value> hear;
  Local<Value> args[] = {numbers};
  if (!hooks->Get(context, Text(isolate, "ports")).ToLocal(&hear)) return;
  if (hear->IsFunction() && hear.As<v8::Function>()->Call(context, hooks, 1, args).IsEmpty()) return;
  Local<Value> value;
  {
    bool is_last = message.use_count() == 1;
    Reader reader(context, hooks, message->bytes.data.get(), message->bytes.size, &message->attachments);
    for (uint32_t index = 0; index < message->buffers.size(); index++) {
      reader.deserializer().TransferArrayBuffer(index, Received(isolate, message->buffers[index], is_last));
    }
    if (reader.deserializer().ReadHeader(context).IsNothing()) return;
    if (!reader.deserializer().ReadValue(context).ToLocal(&value)) return;
  }
  info.GetReturnValue().Set(Array::New(isolate, &value, 1));
}

// isNextClose(port): whether the next message is that the peer has closed.
void IsNextClose(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  Port* port = FindOwn(hub, state, info[0]);
  info.GetReturnValue().Set(port != nullptr && !port->queue.empty() && port->queue.front()->is_close);
}

// pending(port): how many messages wait; -1: it is not the caller's (any more).
void Pending(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  Port* port = FindOwn(hub, state, info[0]);
  info.GetReturnValue().Set(port == nullptr ? -1 : static_cast<int32_t>(port->queue.size()));
}

// takeReady(): the numbers of the caller's ports that something has come for.
void TakeReady(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  std::set<uint64_t> ready;
  if (state != nullptr && state->group != 0) {
    Hub& hub = TheHub();
    std::lock_guard<std::mutex> lock(hub.mutex);
    ready.swap(hub.ready[state->group][state->thread]);
  }
  Local<Array> numbers = Array::New(isolate, static_cast<int>(ready.size()));
  uint32_t index = 0;
  for (uint64_t id : ready) {
    numbers->Set(context, index++, Number::New(isolate, static_cast<double>(id))).Check();
  }
  info.GetReturnValue().Set(numbers);
}

// closePort(port): answers the thread to wake, whose port hears of it; undefined for none.
void ClosePort(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  Port* port = FindOwn(hub, state, info[0]);
  if (port == nullptr) return;
  Port* peer = Find(hub, port->peer);
  if (peer != nullptr && peer->thread != kNobody) info.GetReturnValue().Set(peer->thread);
  Close(hub, IdOf(info[0]));
}

// givePort(port, thread): the port is another thread's from now on.
void GivePort(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  Port* port = FindOwn(hub, state, info[0]);
  if (port == nullptr || !info[1]->IsUint32()) return;
  hub.ready[port->group][port->thread].erase(IdOf(info[0]));
  port->thread = info[1].As<v8::Uint32>()->Value();
  if (!port->queue.empty()) hub.ready[port->group][port->thread].insert(IdOf(info[0]));
}

// closeThread(thread): closes all ports of another thread of the caller's group, which has ended. Answers the threads to wake.
void CloseThread(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || state->group == 0 || !info[0]->IsUint32()) return;
  uint32_t thread = info[0].As<v8::Uint32>()->Value();
  if (thread == state->thread) return;
  std::set<uint32_t> woken;
  {
    Hub& hub = TheHub();
    std::lock_guard<std::mutex> lock(hub.mutex);
    std::vector<uint64_t> ids;
    for (auto& [id, port] : hub.ports) {
      if (port.group == state->group && port.thread == thread) ids.push_back(id);
    }
    for (uint64_t id : ids) {
      Port* port = Find(hub, id);
      Port* peer = port == nullptr ? nullptr : Find(hub, port->peer);
      if (peer != nullptr && peer->thread != kNobody && peer->thread != thread) woken.insert(peer->thread);
      Close(hub, id);
    }
    hub.ready[state->group].erase(thread);
  }
  Local<Array> answer = Array::New(isolate, static_cast<int>(woken.size()));
  uint32_t index = 0;
  for (uint32_t one : woken) answer->Set(context, index++, v8::Integer::NewFromUnsigned(isolate, one)).Check();
  info.GetReturnValue().Set(answer);
}

// endGroup(group): forgets a guest that has ended, by the container.
void EndGroup(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  if (state == nullptr || state->group != 0 || !info[0]->IsNumber()) return;
  uint64_t group = IdOf(info[0]);
  Hub& hub = TheHub();
  std::lock_guard<std::mutex> lock(hub.mutex);
  std::vector<uint64_t> ids;
  for (auto& [id, port] : hub.ports) {
    if (port.group != group) continue;
    ids.push_back(id);
    // Its isolate is gone.
    for (const auto& message : port.queue) KeepShared(hub, message->attachments);
  }
  for (uint64_t id : ids) Close(hub, id);
  hub.ready.erase(group);
  ForgetConnections(group);
  ForgetHeapSnapshots(group);
  ForgetEnvironments(group);
}

}  // namespace

void DefineMessages(Local<Context> context, Local<Object> target) {
  Define(context, target, "joinGroup", JoinGroup);
  Define(context, target, "endGroup", EndGroup);
  Define(context, target, "makeChannel", MakeChannel);
  Define(context, target, "joinBroadcast", JoinBroadcast);
  Define(context, target, "post", Post);
  Define(context, target, "receive", Receive);
  Define(context, target, "pending", Pending);
  Define(context, target, "isNextClose", IsNextClose);
  Define(context, target, "takeReady", TakeReady);
  Define(context, target, "closePort", ClosePort);
  Define(context, target, "givePort", GivePort);
  Define(context, target, "closeThread", CloseThread);
}

}  // namespace secure_exec
