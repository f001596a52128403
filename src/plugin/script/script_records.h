#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
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
#include "plugin/functions/completion.h"
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
// If memory runs out, a method that may throw has changed nothing. Changes that must not fail take
// effect; the view shows them with its next change, or at the next look of the ladder. Until then
// events and calls for a script that is gone find its mailbox closed.
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
  // name is taken; kQueueFull if there is no memory for the limit.
  [[nodiscard]] Result<ScriptEntry*> add(std::unique_ptr<ScriptEntry> entry,
                                         const std::shared_ptr<ScriptLoad>& load, TimePoint limit,
                                         std::function<void(ScriptId)> expired);
  // Makes add() fail from now on.
  void close();

  // Sets the lane that the ladder watches, unless nothing of the script runs any more.
  void set_watched(ScriptEntry& entry, const std::shared_ptr<Lane>& lane) noexcept;
  // Forgets a script whose import could not be begun. Returns what load() has promised, or nullptr
  // if the import was given up before.
  [[nodiscard]] std::shared_ptr<ScriptLoad> cancel_import(ScriptEntry& entry) noexcept;
  struct Import {
    std::shared_ptr<ScriptLoad> load;  // nullptr if the import was given up before
    bool is_loaded = false;
  };
  // Notes that an import has ended; `lane` is nullptr if it has failed. The script is not loaded
  // either, and ends, if there is no memory to show it.
  [[nodiscard]] Import end_import(ScriptEntry& entry, const std::shared_ptr<Lane>& lane) noexcept;
  struct GivenUp {
    ScriptEntry& entry;
    std::shared_ptr<ScriptLoad> load;
  };
  // Gives up on an import that goes on. Returns nullopt if the script is not loading.
  [[nodiscard]] std::optional<GivenUp> give_up_import(ScriptId script) noexcept;
  struct Ended {
    ScriptGeneration& last;
    std::shared_ptr<Completion> done;  // the one that begin_unload() was given
    bool was_given_up = false;         // its import
  };
  // Notes that the lane of a script has ended. Returns nullopt if the script was not to end, or if
  // this was noted before.
  [[nodiscard]] std::optional<Ended> note_end(ScriptEntry& entry) noexcept;
  // Notes that nothing of the script runs any more.
  void forget(ScriptEntry& entry) noexcept;

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
                                            bool in_place) noexcept;

  struct Unload {
    ScriptEntry* entry = nullptr;  // nullptr if the script is still loading
    std::shared_ptr<Lane> lane = nullptr;
  };
  // Finds a script that is to end. Returns nullopt if it is neither loading nor loaded.
  [[nodiscard]] std::optional<Unload> find_to_unload(ScriptId script) const;
  // Begins the end of a script that is loaded, of which `done` will be told. Refuses its code that
  // has not taken over, and calls `refused` for it, under the lock. Returns false if it is not
  // loaded any more. Throws std::bad_alloc.
  [[nodiscard]] bool begin_unload(ScriptEntry& entry, std::shared_ptr<Completion> done,
                                  const std::function<void(ScriptGeneration&)>& refused);

  // Two generations of a script that is stuck.
  struct FreshStart {
    ScriptGeneration* stuck = nullptr;
    std::list<ScriptGeneration> fresh = {};  // not added yet
  };
  // Makes what start_afresh() needs. Returns nullopt if the import was given up: such a script must
  // not run again, as nobody waits for it, and its name is free. Throws std::bad_alloc.
  [[nodiscard]] std::optional<FreshStart> prepare_fresh_start(ScriptEntry& entry);
  // Counts that a script was left behind. Lets the fresh generation run instead of the stuck one,
  // unless that was more than `most` times lately. Returns false then.
  [[nodiscard]] bool start_afresh(ScriptEntry& entry, FreshStart& start, std::size_t most) noexcept;
  // Returns whether this is the generation that runs, or will.
  [[nodiscard]] bool is_present(const ScriptEntry& entry, const ScriptGeneration* generation) const;
  // Shows the hooks of a generation that runs since start_afresh().
  void show_hooks(ScriptEntry& entry, ScriptGeneration& fresh) noexcept;
  // Notes that a loaded script is not run any more.
  void disable(ScriptEntry& entry) noexcept;

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
  [[nodiscard]] bool may_run_again(ScriptEntry& entry, std::size_t most) const noexcept;
  // Shows the present states. Returns false if there is no memory: then nothing has changed.
  [[nodiscard]] bool try_publish() noexcept;
  [[nodiscard]] std::shared_ptr<const Subscriptions> list_loaded() const;
  // Does the same as try_publish() now, or when there is memory.
  void publish() noexcept { is_stale_ = !try_publish(); }

  const HookTable& hooks_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Record> records_;
  bool closed_ = false;
  bool is_stale_ = false;  // the view does not show the present states
  SnapshotCell<Subscriptions> published_;
};

}  // namespace hookline::detail
