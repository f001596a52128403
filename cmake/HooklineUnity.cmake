# Compiles several files together, so that they read their headers once: a build of everything takes a third of
# the time. tools/unity.py says which ones can be; the others are compiled alone.

option(HOOKLINE_UNITY "Compile several files together (what a full build is for; needs more memory)" OFF)

if(HOOKLINE_UNITY)
  set(_groups "${PROJECT_BINARY_DIR}/unity.cmake")
  execute_process(
    COMMAND "${HOOKLINE_PYTHON_EXECUTABLE}" -I "${PROJECT_SOURCE_DIR}/tools/unity.py"
      "${PROJECT_SOURCE_DIR}" "${_groups}"
    COMMAND_ERROR_IS_FATAL ANY)
  include("${_groups}")
endif()

# hookline_unity(target): compiles the target's files of each group as one, in a build that does so. Not with CMake's
# own UNITY_BUILD, which includes them by absolute paths: another checkout would find nothing in ccache.
function(hookline_unity target)
  if(NOT HOOKLINE_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(group IN LISTS HOOKLINE_GROUPS)
    set(members "")
    set(content "// Written by CMake: cmake/HooklineUnity.cmake.\n")
    foreach(member IN LISTS HOOKLINE_GROUP_${group})
      get_source_file_property(definitions "${member}" COMPILE_DEFINITIONS)
      if(member IN_LIST sources AND NOT definitions)
        list(APPEND members "${member}")
        file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${member}")
        string(APPEND content "#include \"${name}\"\n")
      endif()
    endforeach()
    list(LENGTH members count)
    if(count GREATER 1)
      set(together "${PROJECT_BINARY_DIR}/unity/${target}/${group}.cc")
      file(CONFIGURE OUTPUT "${together}" CONTENT "${content}" @ONLY)
      list(REMOVE_ITEM sources ${members})
      list(APPEND sources "${together}")
    endif()
  endforeach()
  set_property(TARGET ${target} PROPERTY SOURCES ${sources})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC takes a source that is included for a header, in which unnamed namespaces would be a mistake.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  else()
    # clang warns of a header's local variable that is called as something in a file that came before.
    target_compile_options(${target} PRIVATE -Wno-shadow)
  endif()
endfunction()
