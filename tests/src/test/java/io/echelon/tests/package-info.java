/** The laws of the source tree, and black-box tests of the platform as users meet it. */
@NullMarked
package io.echelon.tests;

import org.jspecify.annotations.NullMarked;
