#include "hub/store/store.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "hookline/future.h"

namespace hookline::hub {
namespace {

Result<void> prepare_database(Database& database) {
  // The mode is FULL, because in WAL mode NORMAL would lose confirmed writes in a power failure.
  for (const char* pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"}) {
    if (auto done = database.run(pragma); !done) {
      return done;
    }
  }
  return migrate(database);
}

}  // namespace

Error Store::unusable(const std::string& path, const Error& error) {
  return {.code = ErrorCode::kBadArguments,
          .message = "The hub's database " + path + " cannot be used (" + error.message +
                     "): move it away, or name another file as path in [store].",
          .python_type = {},
          .traceback = {}};
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  const bool is_memory = path.empty() || path == ":memory:";
  std::string name = is_memory ? Database::memory_name() : path;
  auto database = Database::open(name);
  if (!database) {
    return std::unexpected(unusable(path, database.error()));
  }
  if (auto prepared = prepare_database(*database); !prepared) {
    return std::unexpected(unusable(path, prepared.error()));
  }
  return std::unique_ptr<Store>(new Store(*std::move(database), std::move(name)));
}

Store::Store(Database database, std::string name)
    : database_(std::move(database)), name_(std::move(name)), writer_([this] { serve(); }) {}

Store::~Store() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

Future<Value> Store::write(std::vector<Write> writes, Value result) {
  Group group{
      .writes = std::move(writes), .result = std::move(result), .promise = {}, .outcome = {}};
  auto future = group.promise.future();
  queue(std::move(group));
  return future;
}

void Store::write_later(std::vector<Write> writes) {
  queue({.writes = std::move(writes), .result = {}, .promise = {}, .outcome = {}});
}

void Store::queue(Group group) {
  {
    const std::scoped_lock lock(mutex_);
    queued_.push_back(std::move(group));
  }
  changed_.notify_one();
}

void Store::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !queued_.empty(); });
    if (queued_.empty()) {
      return;
    }
    auto groups = std::exchange(queued_, {});
    lock.unlock();
    commit(groups);
    for (auto& group : groups) {
      group.promise.set(std::move(group.outcome));
    }
    lock.lock();
  }
}

void Store::commit(std::vector<Group>& groups) {
  auto transaction = database_.run("BEGIN IMMEDIATE");
  for (auto& group : groups) {
    group.outcome = std::move(group.result);
    for (const auto& write : group.writes) {
      auto done = transaction ? run(write) : transaction;
      if (!done) {
        spdlog::error("the hub's database: {}; it is in force until the hub ends",
                      done.error().message);
        group.outcome = std::unexpected(std::move(done.error()));
        break;
      }
    }
  }
  if (!transaction) {
    return;
  }
  if (auto committed = database_.run("COMMIT"); !committed) {
    spdlog::error("the hub's database: {}; what was to be written is in force until the hub ends",
                  committed.error().message);
    if (auto rolled_back = database_.run("ROLLBACK"); !rolled_back) {
      spdlog::error("the hub's database: {}", rolled_back.error().message);
    }
    for (auto& group : groups) {
      group.outcome = std::unexpected(committed.error());
    }
  }
}

Result<void> Store::run(const Write& write) {
  auto statement = prepared(write.sql);
  if (!statement) {
    return std::unexpected(std::move(statement.error()));
  }
  (*statement)->bind(write.values);
  auto row = (*statement)->step();
  (*statement)->reset();
  return row ? Result<void>() : std::unexpected(std::move(row.error()));
}

Result<Statement*> Store::prepared(const char* sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    return &found->second;
  }
  auto statement = database_.prepare(sql);
  if (!statement) {
    return std::unexpected(std::move(statement.error()));
  }
  return &statements_.emplace(sql, *std::move(statement)).first->second;
}

}  // namespace hookline::hub
