/**
 * Fault tests of the delivery promise: the program runs as with an operator, while something that it needs fails. Each test has a
 * short form in every build and a long one, {@code mvn verify -Pfaults}. Each prints a line with its figures, which is also in
 * {@code target/faults.txt}.
 */
package io.github.camelroboflow.faults;
