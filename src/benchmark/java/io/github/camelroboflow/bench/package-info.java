/**
 * Benchmark programs; none of them is a test. Each prints its figures and the machine's properties. CONTRIBUTING.md describes how
 * to run them.
 */
package io.github.camelroboflow.bench;
