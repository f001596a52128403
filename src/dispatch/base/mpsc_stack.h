#pragma once

#include <atomic>
#include <cstdint>

namespace hookline::detail {

// What became of a push.
enum class Pushed : std::uint8_t {
  kFirst,   // the stack was empty: the consumer has to be woken
  kBehind,  // somebody has pushed before, and woken the consumer
  kClosed,  // not taken
};

// An intrusive list that many threads push to and one takes from, all at once and in the order in
// which it was pushed. T has a member `T* next`, which belongs to whoever holds the element.
//
// Neither side ever waits for the other, and since elements are only taken all together there is no
// ABA problem.
//
// Thread safety: push() and empty() from any thread, take_all() and close() from one at a time.
template <class T>
class MpscStack {
 public:
  MpscStack() = default;
  MpscStack(const MpscStack&) = delete;
  MpscStack& operator=(const MpscStack&) = delete;
  ~MpscStack() = default;

  // Takes the element over unless the stack is closed. After that it may be gone at any moment.
  Pushed push(T& element) noexcept {
    T* head = head_.load(std::memory_order_relaxed);
    do {
      if (head == closed_mark()) {
        return Pushed::kClosed;
      }
      element.next = head;
    } while (!head_.compare_exchange_weak(head, &element, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
    return head == nullptr ? Pushed::kFirst : Pushed::kBehind;
  }

  // The list of all elements, oldest first, linked by `next`; nullptr if there is none.
  [[nodiscard]] T* take_all() noexcept {
    if (empty()) {
      return nullptr;
    }
    return reversed(head_.exchange(nullptr, std::memory_order_acq_rel));
  }

  // As take_all(); every later push() is refused.
  [[nodiscard]] T* close() noexcept {
    T* head = head_.exchange(closed_mark(), std::memory_order_acq_rel);
    return head == closed_mark() ? nullptr : reversed(head);
  }

  [[nodiscard]] bool empty() const noexcept {
    const T* head = head_.load(std::memory_order_acquire);
    return head == nullptr || head == closed_mark();
  }

 private:
  // An address that no element can have.
  [[nodiscard]] T* closed_mark() const noexcept {
    return reinterpret_cast<T*>(const_cast<std::atomic<T*>*>(&head_));
  }

  static T* reversed(T* list) noexcept {
    T* result = nullptr;
    while (list != nullptr) {
      T* next = list->next;
      list->next = result;
      result = list;
      list = next;
    }
    return result;
  }

  std::atomic<T*> head_{nullptr};
};

}  // namespace hookline::detail
