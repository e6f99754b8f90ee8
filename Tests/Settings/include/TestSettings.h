/* Nothing is to be called here: see settings.c. */
