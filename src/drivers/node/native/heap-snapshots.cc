// Heap snapshots of a guest's isolate, and the objects in it that have a prototype. A snapshot is taken by the thread whose
// heap it is and waits outside of any isolate, in parts, until a thread of the same guest has read it. It has what V8 writes of that isolate,
// which is nobody else's.
#include "state.h"

#include <v8-profiler.h>

#include <cstring>
#include <deque>
#include <map>
#include <mutex>

namespace secure_exec {

namespace {

using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

// Of all guests of this process: bytes of snapshots that wait. V8's own copy before that is about as large as the heap.
constexpr size_t kBytesMax = 512u * 1024 * 1024;
constexpr size_t kPartBytes = 64 * 1024;

using Parts = std::deque<std::string>;

struct Shelf {
  std::mutex mutex;
  // By group and thread.
  std::map<std::pair<uint64_t, uint32_t>, Parts> snapshots;
  size_t bytes = 0;
};

// Never destroyed: threads may be in it when the process ends.
Shelf& TheShelf() {
  static Shelf* shelf = new Shelf();
  return *shelf;
}

void Drop(Shelf& shelf, std::map<std::pair<uint64_t, uint32_t>, Parts>::iterator at) {
  for (const auto& part : at->second) shelf.bytes -= part.size();
  shelf.snapshots.erase(at);
}

class Collector : public v8::OutputStream {
 public:
  explicit Collector(size_t limit) : limit_(limit) {}
  int GetChunkSize() override { return kPartBytes; }
  void EndOfStream() override { is_whole_ = true; }
  WriteResult WriteAsciiChunk(char* data, int size) override {
    bytes_ += size;
    if (bytes_ > limit_) return kAbort;
    parts_.emplace_back(data, size);
    return kContinue;
  }
  bool is_whole() const { return is_whole_; }
  size_t bytes() const { return bytes_; }
  Parts& parts() { return parts_; }

 private:
  size_t limit_;
  size_t bytes_ = 0;
  bool is_whole_ = false;
  Parts parts_;
};

// takeHeapSnapshot(internals, numbers): whether there was room for it. It takes the place of the thread's last one.
void TakeHeapSnapshot(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  info.GetReturnValue().Set(false);
  if (state == nullptr || state->group == 0) return;
  Shelf& shelf = TheShelf();
  std::pair<uint64_t, uint32_t> key{state->group, state->thread};
  size_t room = 0;
  {
    std::lock_guard<std::mutex> lock(shelf.mutex);
    auto last = shelf.snapshots.find(key);
    if (last != shelf.snapshots.end()) Drop(shelf, last);
    room = kBytesMax - shelf.bytes;
  }
  v8::HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  if (heap.used_heap_size() > room) return;
  v8::HeapProfiler::HeapSnapshotOptions options;
  if (info[0]->IsTrue()) options.snapshot_mode = v8::HeapProfiler::HeapSnapshotMode::kExposeInternals;
  if (info[1]->IsTrue()) options.numerics_mode = v8::HeapProfiler::NumericsMode::kExposeNumericValues;
  const v8::HeapSnapshot* snapshot = isolate->GetHeapProfiler()->TakeHeapSnapshot(options);
  if (snapshot == nullptr) return;
  Collector collector(room);
  snapshot->Serialize(&collector, v8::HeapSnapshot::kJSON);
  const_cast<v8::HeapSnapshot*>(snapshot)->Delete();
  if (!collector.is_whole()) return;
  std::lock_guard<std::mutex> lock(shelf.mutex);
  if (collector.bytes() > kBytesMax - shelf.bytes) return;
  shelf.bytes += collector.bytes();
  shelf.snapshots[key] = std::move(collector.parts());
  info.GetReturnValue().Set(true);
}

// heapSnapshotPart(thread): the next part of what a thread of the caller's guest has taken; undefined: that was all.
void HeapSnapshotPart(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr || state->group == 0 || !info[0]->IsUint32()) return;
  std::string part;
  {
    Shelf& shelf = TheShelf();
    std::lock_guard<std::mutex> lock(shelf.mutex);
    auto at = shelf.snapshots.find({state->group, info[0].As<v8::Uint32>()->Value()});
    if (at == shelf.snapshots.end()) return;
    part = std::move(at->second.front());
    at->second.pop_front();
    shelf.bytes -= part.size();
    if (at->second.empty()) shelf.snapshots.erase(at);
  }
  Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(isolate, part.size());
  std::memcpy(buffer->GetBackingStore()->Data(), part.data(), part.size());
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, part.size()));
}

// No traps of proxies run here.
class HasPrototype : public v8::QueryObjectPredicate {
 public:
  explicit HasPrototype(Local<Object> prototype) : prototype_(prototype) {}
  bool Filter(Local<Object> object) override {
    Local<Value> next = object;
    while (next->IsObject() && !next->IsProxy()) {
#if V8_MAJOR_VERSION >= 13
      next = next.As<Object>()->GetPrototypeV2();
#else
      next = next.As<Object>()->GetPrototype();
#endif
      if (next->StrictEquals(prototype_)) return true;
    }
    return false;
  }

 private:
  Local<Object> prototype_;
};

// objectsWith(prototype): the objects of the caller's context that have it in their chain of prototypes.
void ObjectsWith(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsObject()) return ThrowTypeError(isolate, "objectsWith");
  HasPrototype predicate(info[0].As<Object>());
  std::vector<v8::Global<Object>> found;
  isolate->GetHeapProfiler()->QueryObjects(context, &predicate, &found);
  std::vector<Local<Value>> objects;
  for (const auto& object : found) objects.push_back(object.Get(isolate));
  info.GetReturnValue().Set(v8::Array::New(isolate, objects.data(), objects.size()));
}

}  // namespace

void ForgetHeapSnapshots(uint64_t group) {
  Shelf& shelf = TheShelf();
  std::lock_guard<std::mutex> lock(shelf.mutex);
  for (auto at = shelf.snapshots.begin(); at != shelf.snapshots.end();) {
    auto next = std::next(at);
    if (at->first.first == group) Drop(shelf, at);
    at = next;
  }
}

void DefineHeapSnapshots(Local<Context> context, Local<Object> target) {
  Define(context, target, "takeHeapSnapshot", TakeHeapSnapshot);
  Define(context, target, "heapSnapshotPart", HeapSnapshotPart);
  Define(context, target, "objectsWith", ObjectsWith);
}

}  // namespace secure_exec
