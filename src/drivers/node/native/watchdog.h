// A limit on how long a guest's code may run: vm's `timeout`.
#pragma once

#include <v8.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace secure_exec {

// Ends what an isolate runs when its time is over.
class Watchdog {
 public:
  Watchdog(v8::Isolate* isolate, int64_t milliseconds) {
    if (milliseconds <= 0) return;
    thread_ = std::thread([this, isolate, milliseconds] {
      std::unique_lock<std::mutex> lock(mutex_);
      if (done_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return is_done_; })) return;
      has_fired_ = true;
      isolate->TerminateExecution();
    });
  }

  // Whether the time was over.
  bool Stop() {
    if (!thread_.joinable()) return false;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      is_done_ = true;
    }
    done_.notify_one();
    thread_.join();
    return has_fired_;
  }

  ~Watchdog() { Stop(); }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  bool has_fired_ = false;
  std::thread thread_;
};

// Takes back the termination of a watchdog, and throws Node's error for it.
void ThrowTimeout(v8::Isolate* isolate, int64_t milliseconds);

}  // namespace secure_exec
