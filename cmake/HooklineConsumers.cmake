# Adds tests of the interface to other projects: the public headers, the symbols of the library, and projects
# outside of this tree that use it.

# hookline_python_test(name script argument...): runs tests/<script> with the Python that was found.
function(hookline_python_test name script)
  add_test(NAME "${name}" COMMAND "${HOOKLINE_PYTHON_EXECUTABLE}" -I
    "${PROJECT_SOURCE_DIR}/tests/${script}" "${PROJECT_SOURCE_DIR}" ${ARGN})
  # They compile, and come first, so that all cores finish together.
  set_tests_properties("${name}" PROPERTIES LABELS install TIMEOUT 600 COST 3000)
endfunction()

hookline_python_test(install/headers headers_test.py include)
# Sanitizers and coverage do not change which names are declared or visible, nor what is installed.
if(HOOKLINE_SANITIZE OR HOOKLINE_COVERAGE)
  return()
endif()

# This test fails if doxygen warns about the public headers.
find_program(HOOKLINE_DOXYGEN doxygen)
mark_as_advanced(HOOKLINE_DOXYGEN)
if(HOOKLINE_DOXYGEN)
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/Doxyfile" @ONLY CONTENT
    "@INCLUDE = Doxyfile\nOUTPUT_DIRECTORY = \"${PROJECT_BINARY_DIR}/reference\"\n")
  add_test(NAME install/reference COMMAND "${HOOKLINE_DOXYGEN}" "${PROJECT_BINARY_DIR}/Doxyfile"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(install/reference PROPERTIES LABELS install)
endif()

get_filename_component(own "${CMAKE_CXX_COMPILER}" NAME)
foreach(compiler IN ITEMS "${CMAKE_CXX_COMPILER}" g++-14 clang++-19)
  get_filename_component(name "${compiler}" NAME)
  find_program(HOOKLINE_HEADERS_${name} "${compiler}")
  mark_as_advanced(HOOKLINE_HEADERS_${name})
  if(HOOKLINE_HEADERS_${name} AND NOT (name STREQUAL own AND NOT compiler STREQUAL CMAKE_CXX_COMPILER))
    hookline_python_test(install/headers_${name} headers_test.py compile
      "${HOOKLINE_HEADERS_${name}}" -std=c++23)
  endif()
endforeach()

hookline_python_test(install/exports library_exports_test.py "${CMAKE_NM}" $<TARGET_FILE:hookline_shared>)
if(HOOKLINE_INSTALL)
  hookline_python_test(install/installed install_test.py "${CMAKE_COMMAND}" installed "${PROJECT_BINARY_DIR}")
endif()
if(HOOKLINE_INSTALL AND TARGET hookline)
  hookline_python_test(install/tutorial tutorial_test.py "${CMAKE_COMMAND}" "${PROJECT_BINARY_DIR}")
endif()
hookline_python_test(install/embedded install_test.py "${CMAKE_COMMAND}" embedded "${PROJECT_BINARY_DIR}")
# Both tests write to the same temporary folder.
set_tests_properties(install/embedded PROPERTIES RESOURCE_LOCK consumers)
if(TEST install/installed)
  set_tests_properties(install/installed PROPERTIES RESOURCE_LOCK consumers)
endif()
