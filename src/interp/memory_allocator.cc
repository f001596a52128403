#include "interp/memory_allocator.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>

#include "interp/memory_book.h"
#include "marshal/py_ref.h"

// Python's object allocator is the hot path, and is left alone. The two allocators below it are
// replaced: that of arenas, and that of the "raw" domain, which serves blocks of more than 512
// bytes, and smaller ones if no further arena is allowed.

// NOLINTBEGIN(cppcoreguidelines-no-malloc): these are allocators.

namespace hookline::detail {

namespace {

using Kind = MemoryAccount::Kind;

// Lies in front of each block, because a block may be freed by a thread of another interpreter, or
// of none.
struct alignas(alignof(std::max_align_t)) Header {
  static constexpr std::size_t kNode = std::size_t{1} << 63U;

  MemoryAccount* account;
  std::size_t size_and_node;

  [[nodiscard]] std::size_t size() const { return size_and_node & ~kNode; }    // with the header
  [[nodiscard]] bool is_node() const { return (size_and_node & kNode) != 0; }  // see makes_node()
};

// Is given back when the interpreter of the account has ended: an arena, or a block that describes
// arenas.
struct Piece {
  MemoryAccount* account = nullptr;
  std::size_t size = 0;
  bool is_arena = false;
};

struct Pieces {
  std::mutex mutex;
  std::map<void*, Piece> all;
};

// It is never destroyed, because Python may outlive the static objects of C++.
Pieces& pieces() {
  static Pieces& instance = *new Pieces;
  return instance;
}

// Throws std::bad_alloc.
void enter(void* memory, const Piece& piece) {
  const std::scoped_lock lock(pieces().mutex);
  pieces().all[memory] = piece;
}

void give_back(void* memory, const Piece& piece) {
  if (piece.is_arena) {
    munmap(memory, piece.size);
  } else {
    std::free(memory);
  }
  piece.account->give(piece.size);
}

void remove_piece(void* memory) {
  const std::scoped_lock lock(pieces().mutex);
  if (const auto found = pieces().all.find(memory); found != pieces().all.end()) {
    give_back(memory, found->second);
    pieces().all.erase(found);
  }
}

// Whether the last thing that Python has allocated or freed on this thread is an arena.
[[gnu::tls_model("initial-exec")]] constinit thread_local bool arena_is_last = false;

void* arena_allocate(void* /*context*/, std::size_t size) {
  MemoryAccount& account = memory_account_here();
  if (!account.take(size, Kind::kLarge)) {
    return nullptr;
  }
  void* const arena =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (arena == MAP_FAILED) {
    account.give(size);
    return nullptr;
  }
  const Piece piece{.account = &account, .size = size, .is_arena = true};
  try {
    enter(arena, piece);
  } catch (const std::bad_alloc&) {
    give_back(arena, piece);
    return nullptr;
  }
  arena_is_last = true;
  return arena;
}

// The thread may be attached to no interpreter any more, so the arena is found by its address.
void arena_free(void* /*context*/, void* arena, std::size_t /*size*/) { remove_piece(arena); }

constexpr std::size_t kLargest = std::size_t{1} << 47U;

Kind kind_of(std::size_t size) {
  return size > MemoryAccount::kSmallBlock + sizeof(Header) ? Kind::kLarge : Kind::kSmall;
}

Header* header_of(void* block) { return static_cast<Header*>(block) - 1; }

template <class Allocate>
void* allocate(std::size_t bytes, Allocate from_system) {
  if (bytes > kLargest) {
    return nullptr;
  }
  const std::size_t size = std::max<std::size_t>(bytes, 1) + sizeof(Header);
  MemoryAccount& account = memory_account_here();
  if (!account.take(size, kind_of(size))) {
    return nullptr;
  }
  void* const block = from_system(size);
  if (block == nullptr) {
    account.give(size);
    return nullptr;
  }
  return new (block) Header{.account = &account, .size_and_node = size} + 1;
}

void* raw_malloc(void* /*context*/, std::size_t bytes) {
  arena_is_last = false;
  return allocate(bytes, &std::malloc);
}

// Returns whether the block is a node of the tree in which the object allocator finds its arenas
// (384 KiB for each interpreter). It makes them right after an arena. It leaves them behind with
// the arenas, so they end with those.
bool makes_node(std::size_t count, std::size_t bytes) {
  constexpr std::size_t kSmallestNode = std::size_t{64} << 10U;
  return arena_is_last && count == 1 && bytes >= kSmallestNode;
}

void* raw_calloc(void* /*context*/, std::size_t count, std::size_t bytes) {
  if (bytes != 0 && count > kLargest / bytes) {
    return nullptr;
  }
  void* const block =
      allocate(count * bytes, [](std::size_t size) { return std::calloc(1, size); });
  if (block == nullptr || !makes_node(count, bytes)) {
    arena_is_last = false;
    return block;
  }
  Header* const header = header_of(block);
  header->size_and_node |= Header::kNode;
  try {
    enter(header, {.account = header->account, .size = header->size()});
  } catch (const std::bad_alloc&) {
    header->size_and_node &= ~Header::kNode;
  }
  return block;
}

void raw_free(void* /*context*/, void* block) {
  arena_is_last = false;
  if (block == nullptr) {
    return;
  }
  Header* const header = header_of(block);
  if (header->is_node()) {
    remove_piece(header);
    return;
  }
  MemoryAccount* const account = header->account;
  const std::size_t size = header->size();
  std::free(header);
  account->give(size);
}

// Nodes are never resized. The block stays on the account on which it is.
void* raw_realloc(void* context, void* block, std::size_t bytes) {
  arena_is_last = false;
  if (block == nullptr) {
    return raw_malloc(context, bytes);
  }
  Header* const header = header_of(block);
  if (bytes > kLargest || header->is_node()) {
    return nullptr;
  }
  MemoryAccount& account = *header->account;
  const std::size_t before = header->size();
  const std::size_t size = std::max<std::size_t>(bytes, 1) + sizeof(Header);
  if (size > before && !account.take(size - before, kind_of(size))) {
    return nullptr;
  }
  auto* const moved = static_cast<Header*>(std::realloc(header, size));
  if (moved == nullptr) {
    if (size > before) {
      account.give(size - before);
    }
    return nullptr;
  }
  moved->size_and_node = size;
  if (size < before) {
    account.give(before - size);
  }
  return moved + 1;
}

// A child of fork() goes on with one thread only: a script in the main interpreter, for example,
// that allocates before it ends. A mutex that another thread holds would stay locked for ever.
//
// Threads that hold the mutex of the pieces may take one of the book, but not the other way round.
void before_fork() {
  pieces().mutex.lock();
  hold_memory_book();
}

void after_fork() {
  let_go_of_memory_book();
  pieces().mutex.unlock();
}

}  // namespace

void count_memory() {
  [[maybe_unused]] static const int kPrepared =
      pthread_atfork(&before_fork, &after_fork, &after_fork);
  close_memory_accounts();
  PyMemAllocatorEx raw{.ctx = nullptr,
                       .malloc = &raw_malloc,
                       .calloc = &raw_calloc,
                       .realloc = &raw_realloc,
                       .free = &raw_free};
  PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &raw);
  PyObjectArenaAllocator arenas{.ctx = nullptr, .alloc = &arena_allocate, .free = &arena_free};
  PyObject_SetArenaAllocator(&arenas);
}

void give_back_free_memory() noexcept {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void release_arenas(std::int64_t interpreter) {
  const MemoryAccount* const account = memory_account_of(interpreter);
  if (account == nullptr || account->arenas_pinned()) {
    return;
  }
  const std::scoped_lock lock(pieces().mutex);
  std::erase_if(pieces().all, [account](const auto& entry) {
    const bool is_its = entry.second.account == account;
    if (is_its) {
      give_back(entry.first, entry.second);
    }
    return is_its;
  });
}

}  // namespace hookline::detail

// NOLINTEND(cppcoreguidelines-no-malloc)
