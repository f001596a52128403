#pragma once

#include <atomic>
#include <cstdint>

namespace hookline::detail {

// Says what MpscStack::push() did.
enum class Pushed : std::uint8_t {
  kFirst,   // the stack was empty: the caller has to wake the consumer
  kBehind,  // the stack was not empty: an earlier push has woken the consumer
  kClosed,  // the stack is closed and did not take the element
};

// Is an intrusive lock-free list for many producers and one consumer, which takes all elements
// together, oldest first. T has a member `T* next`, which belongs to the list while it holds the
// element.
//
// Neither side ever waits for the other. There is no ABA problem, because elements are only taken
// all together.
//
// Thread safety: push() and empty() from any thread, the other methods from one at a time;
// take_all() from any thread if close() is not used.
template <class T>
class MpscStack {
 public:
  MpscStack() = default;
  MpscStack(const MpscStack&) = delete;
  MpscStack& operator=(const MpscStack&) = delete;
  ~MpscStack() = default;

  // Takes ownership of the element unless the stack is closed. The consumer may destroy the element
  // before this returns.
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

  // Returns the list of all elements, oldest first, linked by `next`; nullptr if there are none.
  [[nodiscard]] T* take_all() noexcept {
    if (empty()) {
      return nullptr;
    }
    return reversed(head_.exchange(nullptr, std::memory_order_acq_rel));
  }

  // Does the same as take_all(), but always writes. A consumer that has just told producers to wake
  // it again needs this: a push that it does not see comes after it, and then its thread sees what
  // the consumer has told.
  [[nodiscard]] T* take_all_after_telling() noexcept {
    T* head = head_.load(std::memory_order_relaxed);
    do {
      if (head == closed_mark()) {
        return nullptr;
      }
    } while (!head_.compare_exchange_weak(head, nullptr, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
    return reversed(head);
  }

  // Does the same as take_all(), and refuses every later push().
  [[nodiscard]] T* close() noexcept {
    T* head = head_.exchange(closed_mark(), std::memory_order_acq_rel);
    return head == closed_mark() ? nullptr : reversed(head);
  }

  [[nodiscard]] bool empty() const noexcept {
    const T* head = head_.load(std::memory_order_acquire);
    return head == nullptr || head == closed_mark();
  }

 private:
  // Returns an address that no element can have.
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
