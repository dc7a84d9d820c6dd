/** Schedules, and who fires when. */
@NullMarked
package io.echelon.cron;

import org.jspecify.annotations.NullMarked;
