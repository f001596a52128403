#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "dispatch/stream/unclosed_streams.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/clock.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "interp/interrupter.h"
#include "interp/memory_book.h"
#include "marshal/copy_budget.h"
#include "plugin/event/breaker.h"
#include "plugin/event/cpu_time.h"
#include "plugin/event/farewell.h"
#include "plugin/event/hook_call.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/script_errors.h"
#include "plugin/event/seen_place.h"
#include "plugin/event/succession.h"
#include "plugin/event/watch_places.h"
#include "plugin/functions/completion.h"
#include "plugin/functions/script_context.h"
#include "plugin/types/hook_table.h"
#include "plugin/types/log.h"

namespace hookline::detail {

// Has the context and resources of one run of a script's file. Each reload adds a generation.
struct ScriptGeneration {
  ScriptContext context;
  Farewell farewell{context};
  ResourceList resources;
  HookSet hooks;  // written when it is loaded, before anybody reads it
  InterrupterCell interrupter;
  Succession succession;
  std::shared_ptr<StrayCode> stray = std::make_shared<StrayCode>();
  ScriptGeneration* next_stray = nullptr;  // in the ladder's list
};

// Is one script that is or was loaded. It lives as long as its ScriptHost, so that an event which
// is still queued can name the script after it has been unloaded. Its lane and interpreter do not.
struct ScriptEntry {
  // Does not own its arguments, which must outlive the entry.
  ScriptEntry(const HookTable& table, const Clock& used_clock, const Log& used_log)
      : clock(used_clock), log(used_log), errors(used_clock) {
    for (const HookRow& hook : table.rows()) {
      hook_calls.emplace_back(*this, hook);
    }
  }

  ScriptContext context;  // has no resources: those are in the generations
  LoadOptions options;
  // The mutex of ScriptRecords guards these; their addresses are stable.
  std::list<ScriptGeneration> generations;
  std::uint32_t runs = 0;                  // generations that were made; also guarded by that mutex
  ScriptGeneration* generation = nullptr;  // the one that runs; also guarded by that mutex
  std::filesystem::path path;
  HookSet hooks;  // those of the generation that runs; also guarded by that mutex
  std::atomic<bool> reloads_in_place = false;  // it keeps its interpreter
  std::deque<HookCall> hook_calls;             // by hook
  PostedCall unawaited_call{*this};            // for calls that nobody awaits
  // The mutex of ScriptRecords guards these, too.
  bool import_is_given_up = false;
  bool has_ended = false;
  std::shared_ptr<Completion> unloading;  // hears of its end
  std::shared_ptr<Lane> watched;  // the lane from the beginning of the load until it has ended

  std::shared_ptr<Lane> lane;  // nullptr until the script is loaded, and after it is unloaded
  std::atomic<std::int64_t> interpreter_number = kNoInterpreter;
  std::atomic<std::uint64_t> interrupted = 0;  // calls that were interrupted
  std::atomic<std::uint64_t> quarantined = 0;  // how often it was left behind
  std::atomic<std::uint64_t> missed = 0;       // events that its mailbox did not take
  std::atomic<std::uint64_t> skipped = 0;  // events of a hook that runs one at a time and was busy
  Breaker breaker;
  CpuTime cpu_time;
  // The options grant these limits; the script's comments may have lowered them.
  std::atomic<std::size_t> value_limit = CopyBudget::kUnlimited;
  std::atomic<double> cpu_share = 0;  // the share of one core; 0: no limit
  std::atomic<bool> is_over_cpu_share = false;
  std::atomic<std::uint64_t> over_cpu_share = 0;  // how often it came to use more
  CpuPlace cpu_place;
  LadderPlace ladder_place;
  const Clock& clock;
  const Log& log;
  ScriptErrors errors;
  // Where its code was seen while it was being loaded, or was ending.
  std::shared_ptr<SeenPlace> seen_place = std::make_shared<SeenPlace>();
  std::shared_ptr<UnclosedStreams> unclosed_streams = std::make_shared<UnclosedStreams>();
  LogBudget failed_log;
  LogBudget unexpected_log;
  LogBudget missed_log;
  LogBudget ladder_log;
  std::vector<TimePoint> quarantines;  // when it was left behind; guarded by that mutex

  // Makes a generation. REQUIRES, also for the next one: the mutex of ScriptRecords.
  [[nodiscard]] std::list<ScriptGeneration> make_generation() {
    std::list<ScriptGeneration> made;
    ScriptGeneration& fresh = made.emplace_back();
    fresh.context = context;
    fresh.context.caller.run = runs++;
    fresh.context.resources = &fresh.resources;
    return made;
  }
  // Adds one that was made before, which needs no memory.
  ScriptGeneration& add(std::list<ScriptGeneration> made) noexcept {
    generations.splice(generations.end(), made);
    return generations.back();
  }
  [[nodiscard]] const std::string& name() const { return context.caller.name; }
  [[nodiscard]] ScriptId id() const { return context.caller.id; }
};

}  // namespace hookline::detail
