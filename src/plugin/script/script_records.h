#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "dispatch/worker/lane.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/script_info.h"
#include "plugin/event/script_entry.h"
#include "plugin/event/subscriptions.h"
#include "plugin/functions/call_gate.h"
#include "plugin/script/limited_promise.h"
#include "plugin/script/script_ladder.h"
#include "plugin/types/hook_table.h"
#include "plugin/types/snapshot_cell.h"

namespace hookline::detail {

// Holds what load() has promised, with the limit of the import.
using ScriptLoad = LimitedPromise<ScriptId>;

// Holds the scripts of one host with their states, also those that are gone, and the view of the
// loaded ones that events use. A ScriptId is the number of a record. Only a script that is loading
// or loaded has its name for itself.
//
//   kLoading -> kLoaded -> kEnding -> kGone      load(), unload()
//   kLoading -> kEnding -> kGone                 unload() or the limit came before the end of the
//                                                import, which goes on
//   kLoading -> kGone                            the import failed
//
// Thread safety: all methods from any thread. They call nothing of the host's.
class ScriptRecords {
 public:
  // Does not own its arguments, which must outlive it.
  ScriptRecords(const HookTable& hooks, const Clock& clock) : hooks_(hooks), clock_(clock) {}
  ScriptRecords(const ScriptRecords&) = delete;
  ScriptRecords& operator=(const ScriptRecords&) = delete;
  ~ScriptRecords() = default;

  // Adds a script that is loading: gives it its id and its first generation. Starts the limit of
  // `load`, at which `expired` is called. Errors: kShuttingDown after close(); kBadArguments if the
  // name is taken.
  [[nodiscard]] Result<ScriptEntry*> add(std::unique_ptr<ScriptEntry> entry,
                                         std::shared_ptr<ScriptLoad> load, TimePoint limit,
                                         std::function<void(ScriptId)> expired);
  // Makes add() fail from now on.
  void close();

  // Sets the lane that the ladder watches.
  void set_watched(ScriptEntry& entry, const std::shared_ptr<Lane>& lane);
  // Notes that an import has ended; `lane` is nullptr if it has failed. Returns what load() has
  // promised, or nullptr if the import was given up before.
  [[nodiscard]] std::shared_ptr<ScriptLoad> end_import(ScriptEntry& entry,
                                                       const std::shared_ptr<Lane>& lane);
  struct GivenUp {
    ScriptEntry& entry;
    std::shared_ptr<ScriptLoad> load;
  };
  // Gives up on an import that goes on. Returns nullopt if the script is not loading.
  [[nodiscard]] std::optional<GivenUp> give_up_import(ScriptId script);
  // Notes that nothing of the script runs any more.
  void forget(ScriptEntry& entry);

  struct Reload {
    ScriptEntry& entry;
    ScriptGeneration& fresh;
    std::shared_ptr<Lane> lane;
  };
  // Adds a generation to a script. Returns nullopt if it is not loaded.
  [[nodiscard]] std::optional<Reload> begin_reload(ScriptId script);
  // Lets the fresh generation run instead of the present one. With `in_place` the present one goes
  // on, with the fresh one's hooks. Returns the one that is not needed any more.
  [[nodiscard]] ScriptGeneration& take_over(ScriptEntry& entry, ScriptGeneration& fresh,
                                            bool in_place);

  struct Unload {
    ScriptEntry* entry = nullptr;  // nullptr if the script is still loading
    std::shared_ptr<Lane> lane = nullptr;
  };
  // Begins the end of a script that is loaded. Refuses its code that has not taken over, and calls
  // `refused` for it, under the lock. Returns nullopt if the script is neither loading nor loaded.
  [[nodiscard]] std::optional<Unload> begin_unload(
      ScriptId script, const std::function<void(ScriptGeneration&)>& refused);

  // Returns the generation of a script that is stuck, or nullptr if the import was given up: such a
  // script must not run again, as nobody waits for it, and its name is free.
  [[nodiscard]] ScriptGeneration* stuck_generation(const ScriptEntry& entry) const;
  struct FreshStart {
    ScriptGeneration* stuck = nullptr;
    ScriptGeneration* fresh = nullptr;  // nullptr if the script must not run again
  };
  // Counts that a script was left behind. Gives it a generation that runs instead, unless that was
  // more than `most` times lately.
  [[nodiscard]] FreshStart start_afresh(ScriptEntry& entry, std::size_t most);
  // Shows the hooks of a generation that runs since start_afresh().
  void show_hooks(ScriptEntry& entry, const ScriptGeneration& fresh);
  // Notes that a loaded script is not run any more.
  void disable(ScriptEntry& entry);

  // Finds the next script that the ladder watches, from the number `at` on, and moves `at` behind
  // it. Returns false if there is none. On the way it looks where unfinished scripts are.
  [[nodiscard]] bool next_watched(std::size_t& at, ScriptLadder::Watched& watched);
  // Returns the next script that is loaded, in the same way, or nullptr.
  [[nodiscard]] ScriptEntry* next_running(std::size_t& at);

  struct Abandoned {
    std::vector<ScriptId> loading;
    std::vector<std::shared_ptr<Lane>> lanes;
  };
  // Lets no code of any script get into the host any more. Returns what has not ended.
  [[nodiscard]] Abandoned abandon();

  [[nodiscard]] std::vector<UnfinishedScript> unfinished() const;
  [[nodiscard]] std::vector<ScriptEntry*> entries() const;
  [[nodiscard]] std::vector<const CallGate*> gates() const;
  // Returns the present view.
  [[nodiscard]] auto read() const { return published_.read(); }

 private:
  enum class State : std::uint8_t { kLoading, kLoaded, kEnding, kGone };
  struct Record {
    std::unique_ptr<ScriptEntry> entry;
    State state = State::kLoading;
    TimePoint since;  // when it came to this state, by clock_
    // Set while it is kLoading. One of three takes it away and ends the load: the script itself,
    // unload(), or the limit.
    std::shared_ptr<ScriptLoad> load;

    [[nodiscard]] bool is_unfinished() const {
      return state == State::kLoading || state == State::kEnding;
    }
    void become(State next, TimePoint now) {
      state = next;
      since = now;
    }
  };

  // The functions below REQUIRE mutex_.
  [[nodiscard]] Record& record_of(ScriptId id) { return records_.at(static_cast<std::size_t>(id)); }
  // Finds out where the code of a script is, if it was not looked at within `pause`.
  void look_at(const ScriptEntry& entry, Duration pause) const;
  // Counts a quarantine. Returns whether the script may run again.
  [[nodiscard]] bool may_run_again(ScriptEntry& entry, std::size_t most) const;
  void publish();

  const HookTable& hooks_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Record> records_;
  bool closed_ = false;
  SnapshotCell<Subscriptions> published_;
};

}  // namespace hookline::detail
