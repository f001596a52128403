#pragma once

#include <utility>

#include "hookline/loop.h"

namespace hookline::detail {

// Lists jobs first in, first out, linked through Job::next. It owns its jobs: the destructor
// discards those that are left.
//
// Thread safety: none.
class JobList {
 public:
  JobList() = default;
  JobList(const JobList&) = delete;
  JobList& operator=(const JobList&) = delete;
  ~JobList() { discard_all(); }

  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }

  void append(Job& job) noexcept {
    job.next = nullptr;
    *tail_ = &job;
    tail_ = &job.next;
  }

  // Appends a list that is linked through `next`, as MpscStack::take_all() returns it.
  void append_all(Job* list) noexcept {
    *tail_ = list;
    while (*tail_ != nullptr) {
      tail_ = &(*tail_)->next;
    }
  }

  // REQUIRES: !empty().
  [[nodiscard]] Job& take_first() noexcept {
    Job& job = *head_;
    head_ = std::exchange(job.next, nullptr);
    if (head_ == nullptr) {
      tail_ = &head_;
    }
    return job;
  }

  void discard_all() noexcept {
    while (!empty()) {
      take_first().discard();
    }
  }

 private:
  Job* head_ = nullptr;
  Job** tail_ = &head_;
};

}  // namespace hookline::detail
