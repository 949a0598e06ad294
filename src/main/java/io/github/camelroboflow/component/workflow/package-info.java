/** The {@code roboflow-workflow:} component, which runs images from messages through Roboflow's workflows. */
package io.github.camelroboflow.component.workflow;
