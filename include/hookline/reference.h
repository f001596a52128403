#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/hook.h"

#pragma GCC visibility push(default)
namespace hookline {

class ScriptHost;
template <class T>
class Result;  // <hookline/error.h>
namespace detail {
struct ReferenceData;
struct ReferenceAccess;
}  // namespace detail

// Adds to what the reference says about a hook, or a function of the module. Empty texts add
// nothing. It does not own its texts; Reference copies what it needs of them. It is plain data
// (docs/host.md).
struct ReferenceNote {
  std::string_view name;
  std::string_view group = {};    // the heading over a function; headings keep the notes' order
  std::string_view example = {};  // Python code that defines the hook, or calls the function
  std::string_view when = {};     // sentences that say when a hook is called
  std::string_view result = {};   // sentences in place of those about a hook's rule
  // Is set for a function of scripts that the host calls by its name: "(nick: str) -> str".
  std::string_view signature = {};
};

// Describes all that scripts of a host can use: its hooks, and its module with functions, constants
// and attributes. It writes that for people, for editors and for `hookline check`:
//
//   std::cout << Reference(*scripts).json().value();
//
// Thread safety: constant once it is made, so any thread may read it.
class Reference {
 public:
  // The texts of the hooks, and their rules, must outlive the Reference; nothing else needs to.
  // `farewell` is ScriptHostOptions::farewell.
  Reference(std::span<const HookRow> hooks, const Module& module,
            std::span<const ReferenceNote> notes = {}, std::string_view farewell = "UnLoad");
  // Describes what `scripts` was created with, and the functions that def() has added for all
  // scripts by now.
  explicit Reference(const ScriptHost& scripts, std::span<const ReferenceNote> notes = {});

  // Reads what json() has written. The functions of its module fail when they are called. Errors:
  // kBadArguments, with the place of the mistake.
  [[nodiscard]] static Result<Reference> from_json(std::string_view json);

  // Returns one JSON object, which docs/cli.md describes. Error: kEncodingError for text that is
  // not UTF-8.
  [[nodiscard]] Result<std::string> json() const;
  // Returns a stub file for editors and type checkers: `game.pyi`, if the module is called `game`.
  [[nodiscard]] std::string stub() const;
  // Returns Markdown sections, each with a heading "## ". Functions without a note, and those of
  // every module, come in a group of their own.
  [[nodiscard]] std::string markdown() const;

  // Returns the hooks. They live as long as a copy of the Reference, as do the texts of hooks that
  // from_json() has read.
  [[nodiscard]] std::span<const HookRow> hooks() const noexcept;
  // Returns a copy of the module, to which more may be added.
  [[nodiscard]] Module module() const;

 private:
  friend struct detail::ReferenceAccess;
  explicit Reference(std::shared_ptr<const detail::ReferenceData> data);
  std::shared_ptr<const detail::ReferenceData> data_;
};

}  // namespace hookline
#pragma GCC visibility pop
