#include "plugin/script/script_records.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <string>
#include <utility>

#include "dispatch/base/no_memory.h"

namespace hookline::detail {
namespace {

// A script that was left behind more often than it may within this time does not run again.
constexpr Duration kWindow = std::chrono::minutes(10);
// A script that takes longer than this to load or to end is looked at this often.
constexpr Duration kLookPause = std::chrono::seconds(1);

}  // namespace

Result<ScriptEntry*> ScriptRecords::add(std::unique_ptr<ScriptEntry> entry,
                                        const std::shared_ptr<ScriptLoad>& load, TimePoint limit,
                                        std::function<void(ScriptId)> expired) {
  const std::string& name = entry->name();
  const std::scoped_lock lock(mutex_);
  if (closed_) {
    return fail(ErrorCode::kShuttingDown,
                "no script is loaded any more: the host is shutting down");
  }
  const bool taken = std::ranges::any_of(records_, [&name](const Record& record) {
    return (record.state == State::kLoading || record.state == State::kLoaded) &&
           record.entry->name() == name;
  });
  if (taken) {
    return fail(ErrorCode::kBadArguments,
                "a script named '" + name + "' is loaded already: unload it first");
  }
  const auto number = static_cast<std::uint32_t>(records_.size());
  const ScriptId id{number};
  entry->context.caller.id = id;
  entry->context.caller.number = entry->options.number.value_or(number);
  entry->generation = &entry->add(entry->make_generation());
  (void)entry->generation->succession.try_take_over();
  std::function<void()> at_limit = [id, expired = std::move(expired)] { expired(id); };
  records_.push_back(
      {.entry = std::move(entry), .state = State::kLoading, .since = clock_.now(), .load = load});
  if (!load->start(limit, std::move(at_limit))) {
    records_.pop_back();
    return fail_without_memory();
  }
  return records_.back().entry.get();
}

void ScriptRecords::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
}

void ScriptRecords::set_watched(ScriptEntry& entry, const std::shared_ptr<Lane>& lane) noexcept {
  const std::scoped_lock lock(mutex_);
  if (record_of(entry.id()).state != State::kGone) {
    entry.watched = lane;
  }
}

std::shared_ptr<ScriptLoad> ScriptRecords::cancel_import(ScriptEntry& entry) noexcept {
  const std::scoped_lock lock(mutex_);
  Record& record = record_of(entry.id());
  record.become(State::kGone, clock_.now());
  return std::move(record.load);
}

ScriptRecords::Import ScriptRecords::end_import(ScriptEntry& entry,
                                                const std::shared_ptr<Lane>& lane) noexcept {
  const std::scoped_lock lock(mutex_);
  Record& record = record_of(entry.id());
  Import import{.load = std::move(record.load)};
  if (import.load == nullptr) {
    return import;
  }
  if (lane != nullptr) {
    entry.lane = lane;
    entry.hooks = std::move(entry.generation->hooks);
    record.become(State::kLoaded, clock_.now());
    import.is_loaded = try_publish();
  }
  if (!import.is_loaded) {
    entry.lane.reset();
    record.become(State::kEnding, clock_.now());
  }
  return import;
}

std::optional<ScriptRecords::GivenUp> ScriptRecords::give_up_import(ScriptId script) noexcept {
  const std::scoped_lock lock(mutex_);
  Record& record = record_of(script);
  std::shared_ptr<ScriptLoad> load = std::move(record.load);
  if (load == nullptr) {
    return std::nullopt;
  }
  record.become(State::kEnding, clock_.now());
  record.entry->import_is_given_up = true;
  return GivenUp{.entry = *record.entry, .load = std::move(load)};
}

std::optional<ScriptRecords::Ended> ScriptRecords::note_end(ScriptEntry& entry) noexcept {
  const std::scoped_lock lock(mutex_);
  // A lane also ends when the host shuts down, or when the script is disabled.
  if (record_of(entry.id()).state != State::kEnding || std::exchange(entry.has_ended, true)) {
    return std::nullopt;
  }
  return Ended{.last = *entry.generation,
               .done = std::move(entry.unloading),
               .was_given_up = entry.import_is_given_up};
}

void ScriptRecords::forget(ScriptEntry& entry) noexcept {
  const std::scoped_lock lock(mutex_);
  entry.watched.reset();
  record_of(entry.id()).become(State::kGone, clock_.now());
}

std::optional<ScriptRecords::Reload> ScriptRecords::begin_reload(ScriptId script) {
  const std::scoped_lock lock(mutex_);
  const auto index = static_cast<std::size_t>(script);
  if (index >= records_.size() || records_[index].state != State::kLoaded) {
    return std::nullopt;
  }
  ScriptEntry& entry = *records_[index].entry;
  return Reload{.entry = entry, .fresh = entry.add(entry.make_generation()), .lane = entry.lane};
}

ScriptGeneration& ScriptRecords::take_over(ScriptEntry& entry, ScriptGeneration& fresh,
                                           bool in_place) noexcept {
  const std::scoped_lock lock(mutex_);
  ScriptGeneration& gone = in_place ? fresh : *std::exchange(entry.generation, &fresh);
  entry.hooks = std::move(fresh.hooks);
  if (record_of(entry.id()).state == State::kLoaded) {
    publish();
  }
  return gone;
}

std::optional<ScriptRecords::Unload> ScriptRecords::find_to_unload(ScriptId script) const {
  const std::scoped_lock lock(mutex_);
  const auto index = static_cast<std::size_t>(script);
  const State state = index < records_.size() ? records_[index].state : State::kGone;
  if (state == State::kLoading) {
    return Unload();
  }
  if (state != State::kLoaded) {
    return std::nullopt;
  }
  ScriptEntry* const entry = records_[index].entry.get();
  return Unload{.entry = entry, .lane = entry->lane};
}

// A reload may be under way, whose code nobody wants any more. Code that is just taking over is
// left alone: the script ends with it, and not with the code that it replaces.
bool ScriptRecords::begin_unload(ScriptEntry& entry, std::shared_ptr<Completion> done,
                                 const std::function<void(ScriptGeneration&)>& refused) {
  const std::scoped_lock lock(mutex_);
  Record& record = record_of(entry.id());
  if (record.state != State::kLoaded) {
    return false;
  }
  const TimePoint since = record.since;
  record.become(State::kEnding, clock_.now());
  if (!try_publish()) {
    record.become(State::kLoaded, since);
    throw std::bad_alloc();
  }
  entry.lane.reset();
  entry.unloading = std::move(done);
  for (ScriptGeneration& other : entry.generations) {
    const auto interrupter = other.interrupter.get();
    const bool may_run = interrupter == nullptr || interrupter->is_open();
    if (may_run && other.succession.refuse(Succession::State::kRefusedByUnload) !=
                       Succession::State::kTakesOver) {
      refused(other);
    }
  }
  return true;
}

std::optional<ScriptRecords::FreshStart> ScriptRecords::prepare_fresh_start(ScriptEntry& entry) {
  const std::scoped_lock lock(mutex_);
  if (entry.import_is_given_up) {
    return std::nullopt;
  }
  if (entry.quarantines.size() == entry.quarantines.capacity()) {
    entry.quarantines.reserve((2 * entry.quarantines.size()) + 1);
  }
  return FreshStart{.stuck = entry.generation, .fresh = entry.make_generation()};
}

bool ScriptRecords::start_afresh(ScriptEntry& entry, FreshStart& start, std::size_t most) noexcept {
  const std::scoped_lock lock(mutex_);
  start.stuck = entry.generation;
  if (!may_run_again(entry, most)) {
    return false;
  }
  entry.generation = &entry.add(std::move(start.fresh));
  (void)entry.generation->succession.try_take_over();
  return true;
}

bool ScriptRecords::is_present(const ScriptEntry& entry, const ScriptGeneration* generation) const {
  const std::scoped_lock lock(mutex_);
  return entry.generation == generation;
}

// There is room for the new one: see prepare_fresh_start().
bool ScriptRecords::may_run_again(ScriptEntry& entry, std::size_t most) const noexcept {
  const TimePoint now = clock_.now();
  std::erase_if(entry.quarantines, [now](TimePoint when) { return now - when > kWindow; });
  entry.quarantines.push_back(now);
  return entry.quarantines.size() <= most;
}

void ScriptRecords::show_hooks(ScriptEntry& entry, ScriptGeneration& fresh) noexcept {
  const std::scoped_lock lock(mutex_);
  entry.hooks = std::move(fresh.hooks);
  publish();
}

void ScriptRecords::disable(ScriptEntry& entry) noexcept {
  const std::scoped_lock lock(mutex_);
  Record& record = record_of(entry.id());
  if (record.state == State::kLoaded) {
    record.become(State::kGone, clock_.now());
    entry.lane.reset();
    entry.watched.reset();
    publish();
  }
}

bool ScriptRecords::next_watched(std::size_t& at, ScriptLadder::Watched& watched) {
  const std::scoped_lock lock(mutex_);
  if (is_stale_) {
    publish();
  }
  while (at < records_.size()) {
    const Record& record = records_[at++];
    if (record.is_unfinished() && clock_.now() - record.since >= kLookPause) {
      look_at(*record.entry, kLookPause);
    }
    // An import has a limit of its own: add() and give_up_import().
    if (record.entry->watched != nullptr && record.state != State::kLoading) {
      watched = {.script = record.entry.get(),
                 .lane = record.entry->watched,
                 .interrupter = record.entry->generation->interrupter.get()};
      return true;
    }
  }
  return false;
}

ScriptEntry* ScriptRecords::next_running(std::size_t& at) {
  const std::scoped_lock lock(mutex_);
  while (at < records_.size()) {
    const Record& record = records_[at++];
    if (record.state == State::kLoaded) {
      return record.entry.get();
    }
  }
  return nullptr;
}

ScriptRecords::Abandoned ScriptRecords::abandon() {
  Abandoned left;
  const std::scoped_lock lock(mutex_);
  for (const Record& record : records_) {
    if (record.state == State::kLoading) {
      left.loading.push_back(record.entry->id());
    }
    if (record.entry->watched != nullptr) {
      left.lanes.push_back(record.entry->watched);
    }
    for (const ScriptGeneration& generation : record.entry->generations) {
      generation.context.gate.close();
    }
  }
  return left;
}

std::vector<UnfinishedScript> ScriptRecords::unfinished() const {
  std::vector<UnfinishedScript> scripts;
  const std::scoped_lock lock(mutex_);
  for (const Record& record : records_) {
    if (record.is_unfinished()) {
      scripts.push_back({.id = record.entry->id(),
                         .name = record.entry->name(),
                         .path = record.entry->path,
                         .is_loading = record.state == State::kLoading,
                         .since = record.since,
                         .stack = record.entry->seen_place->stack()});
      look_at(*record.entry, Duration::zero());  // so that the next call knows its place
    }
  }
  return scripts;
}

void ScriptRecords::look_at(const ScriptEntry& entry, Duration pause) const {
  entry.seen_place->look(entry.generation->interrupter.get(), clock_.now(), pause);
}

std::vector<ScriptEntry*> ScriptRecords::entries() const {
  std::vector<ScriptEntry*> entries;
  const std::scoped_lock lock(mutex_);
  entries.reserve(records_.size());
  for (const Record& record : records_) {
    entries.push_back(record.entry.get());
  }
  return entries;
}

std::vector<const CallGate*> ScriptRecords::gates() const {
  std::vector<const CallGate*> gates;
  const std::scoped_lock lock(mutex_);
  for (const Record& record : records_) {
    for (const ScriptGeneration& generation : record.entry->generations) {
      gates.push_back(&generation.context.gate);
    }
  }
  return gates;
}

bool ScriptRecords::try_publish() noexcept {
  return if_memory([this] { published_.publish(list_loaded()); });
}

std::shared_ptr<const Subscriptions> ScriptRecords::list_loaded() const {
  auto fresh = std::make_shared<Subscriptions>();
  fresh->hooks.resize(hooks_.size());
  for (const Record& record : records_) {
    if (record.state != State::kLoaded) {
      continue;
    }
    ScriptEntry& entry = *record.entry;
    fresh->by_name.emplace(entry.name(), fresh->scripts.size());
    fresh->scripts.push_back(
        {.id = entry.id(), .script = &entry, .lane = entry.lane, .hooks = entry.hooks});
    for (std::size_t hook = 0; hook < entry.hooks.size(); ++hook) {
      if (entry.hooks[hook]) {
        fresh->hooks[hook].push_back(
            {.mailbox = &entry.lane->mailbox(), .script = &entry, .call = &entry.hook_calls[hook]});
      }
    }
  }
  return fresh;
}

}  // namespace hookline::detail
