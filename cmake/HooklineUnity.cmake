# Compiles several files together, so that they read their headers only once. A build of everything then takes half
# of the time or less. tools/unity.py says which files fit together; the others are compiled alone.

option(HOOKLINE_UNITY "Compile several files together (for full builds; needs more memory)" OFF)

if(HOOKLINE_UNITY)
  set(_groups "${PROJECT_BINARY_DIR}/unity.cmake")
  execute_process(
    COMMAND "${HOOKLINE_PYTHON_EXECUTABLE}" -I "${PROJECT_SOURCE_DIR}/tools/unity.py"
      "${PROJECT_SOURCE_DIR}" "${_groups}"
    COMMAND_ERROR_IS_FATAL ANY)
  include("${_groups}")
endif()

# hookline_unity(target): if HOOKLINE_UNITY is on, compiles the target's files of each group as one. It does not use
# CMake's own UNITY_BUILD, whose absolute paths would defeat ccache in another checkout.
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
    # GCC treats an included source as a header, in which unnamed namespaces would be a mistake.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  else()
    # clang warns about a local variable in a header that has the name of something in an earlier file.
    target_compile_options(${target} PRIVATE -Wno-shadow)
  endif()
endfunction()
