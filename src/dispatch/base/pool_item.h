#pragma once

namespace hookline::detail {

template <class T>
class ObjectPool;

// A base class of what a ObjectPool keeps: the link of its free lists.
class PoolItem {
 public:
  PoolItem() = default;
  PoolItem(const PoolItem&) = delete;
  PoolItem& operator=(const PoolItem&) = delete;

 protected:
  ~PoolItem() = default;

 private:
  template <class T>
  friend class ObjectPool;
  PoolItem* next_free_ = nullptr;
  void* home_ = nullptr;  // the shard it was made for; nullptr: the heap
};

}  // namespace hookline::detail
