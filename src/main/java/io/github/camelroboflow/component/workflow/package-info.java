/** The {@code roboflow-workflow:} scheme: images from messages through Roboflow's workflows. */
package io.github.camelroboflow.component.workflow;
