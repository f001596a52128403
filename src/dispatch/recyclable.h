#pragma once

namespace hookline {

template <class T>
class Recycler;

// A base class of what a Recycler keeps: the link of its free lists.
class Recyclable {
 public:
  Recyclable() = default;
  Recyclable(const Recyclable&) = delete;
  Recyclable& operator=(const Recyclable&) = delete;

 protected:
  ~Recyclable() = default;

 private:
  template <class T>
  friend class Recycler;
  Recyclable* next_free_ = nullptr;
  void* home_ = nullptr;  // the shard it was made for; nullptr: the heap
};

}  // namespace hookline
