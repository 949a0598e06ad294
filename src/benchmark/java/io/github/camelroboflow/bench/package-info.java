/**
 * Programs that measure; none of them is a test. Each prints its figures and what it ran on. How to run them is in CONTRIBUTING.md.
 */
package io.github.camelroboflow.bench;
