# Finds the CPython to embed and makes the imported target hookline::python.
#
# CMake's own FindPython is not used, because it would accept Debian 12's 3.11, and may combine the
# interpreter of one version with the library of another. Here one executable is chosen, and that
# executable itself tells where its library and headers are.
#
#   HOOKLINE_PYTHON             cache variable: path of a python executable; empty = search for one
#   HOOKLINE_PYTHON_EXECUTABLE  the chosen executable (it also runs the Python tools and script tests)

set(HOOKLINE_PYTHON "" CACHE FILEPATH "Python executable (>= 3.13) to embed; empty: search for one")
set(_find_python "${PROJECT_SOURCE_DIR}/tools/find-python.sh")

if(HOOKLINE_PYTHON)
  set(_python "${HOOKLINE_PYTHON}")
else()
  execute_process(
    COMMAND bash "${_find_python}"
    OUTPUT_VARIABLE _python ERROR_VARIABLE _why RESULT_VARIABLE _status
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
  if(NOT _status EQUAL 0)
    set(_python "")
    if(NOT DEFINED ENV{HOOKLINE_PYTHON})
      set(_why "none was found")
    endif()
  endif()
endif()

if(_python)
  execute_process(
    COMMAND bash "${_find_python}" --describe "${_python}"
    OUTPUT_VARIABLE _facts ERROR_VARIABLE _why RESULT_VARIABLE _status
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
endif()

if(NOT _status EQUAL 0)
  string(REGEX REPLACE "[.\n ]+$" "" _why "${_why}")
  message(FATAL_ERROR
    "hookline embeds CPython >= 3.13, because a GIL per interpreter needs 3.12 and 3.12.0-3.12.3 "
    "abort on asyncio or datetime in a sub-interpreter; run 'make setup', which finds or builds one, "
    "or pass -DHOOKLINE_PYTHON=/path/to/python3.13 (${_why}).")
endif()

foreach(_key IN ITEMS EXECUTABLE VERSION LIBRARY INCLUDE)
  string(REGEX MATCH "(^|\n)${_key}=([^\n]*)" _ "${_facts}")
  set(HOOKLINE_PYTHON_${_key} "${CMAKE_MATCH_2}")
endforeach()
message(STATUS "Python ${HOOKLINE_PYTHON_VERSION}: ${HOOKLINE_PYTHON_EXECUTABLE}")
message(STATUS "Python library: ${HOOKLINE_PYTHON_LIBRARY}")

# The full path makes CMake write the library's folder into each binary's RUNPATH, so that nothing
# needs LD_LIBRARY_PATH. Includes of an imported target are SYSTEM.
add_library(hookline_python SHARED IMPORTED)
add_library(hookline::python ALIAS hookline_python)
set_target_properties(hookline_python PROPERTIES
  IMPORTED_LOCATION "${HOOKLINE_PYTHON_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${HOOKLINE_PYTHON_INCLUDE}"
  # An embedded interpreter guesses its home from the "python3" on the PATH, which may be of another
  # version. This path is passed to it instead (PyConfig.executable).
  INTERFACE_COMPILE_DEFINITIONS "HOOKLINE_PYTHON_EXECUTABLE=\"${HOOKLINE_PYTHON_EXECUTABLE}\"")
