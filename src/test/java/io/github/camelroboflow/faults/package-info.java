/**
 * Proof of the promise about delivery: the program as an operator runs it, while something that it needs fails. Each has a short
 * form in every build and a long one, {@code mvn verify -Pfaults}; each prints a line with its figures, which is also in
 * {@code target/faults.txt}.
 */
package io.github.camelroboflow.faults;
