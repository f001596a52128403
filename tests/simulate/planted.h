#pragma once

namespace simulate {

// The number of the bug that is planted in this process; 0: none. tests/simulate/plant.py puts the
// bugs of tests/simulate/planted.toml into the sources, each behind a question to planted().
inline int planted_bug = 0;

[[nodiscard]] inline bool planted(int number) noexcept { return planted_bug == number; }

// `number`: 0 if planted.toml does not fit the sources.
struct Bug {
  int number;
  const char* name;
  const char* what;
};

}  // namespace simulate
