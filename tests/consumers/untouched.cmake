# Fails if embedding hookline has changed anything in the project around it.
foreach(variable IN ITEMS CMAKE_CXX_STANDARD CMAKE_CXX_EXTENSIONS CMAKE_POSITION_INDEPENDENT_CODE
    CMAKE_CXX_VISIBILITY_PRESET CMAKE_INSTALL_RPATH_USE_LINK_PATH)
  if(DEFINED ${variable})
    message(FATAL_ERROR "${variable} is set in the project that embeds hookline")
  endif()
endforeach()
foreach(property IN ITEMS COMPILE_OPTIONS COMPILE_DEFINITIONS INCLUDE_DIRECTORIES LINK_OPTIONS)
  get_directory_property(value ${property})
  if(value)
    message(FATAL_ERROR "${property} of the project that embeds hookline is ${value}")
  endif()
endforeach()
