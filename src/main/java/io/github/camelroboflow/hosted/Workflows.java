package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.WorkflowOutputs;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs workflows. All failures are {@link io.github.camelroboflow.inference.RoboflowException}s. */
public final class Workflows implements HostedService {

    private final HostedSettings settings;
    private final HostedClient client;

    public Workflows(HostedSettings settings) {
        this.settings = settings;
        this.client = new HostedClient(settings);
    }

    @Override
    public void addPlaces(int requests) {
        client.addPlaces(requests);
    }

    /**
     * Runs a workflow on one image, or on a batch in one request. Workflows may have effects of their own, such as a message that
     * they send: a request that failed in a way that may pass is repeated all the same, unless the settings have no retries.
     *
     * @param deadline for everything, all tries included
     * @return the outputs for each image, in order
     */
    public CompletableFuture<List<WorkflowOutputs>> run(Workflow workflow, WorkflowInputs inputs, Deadline deadline) {
        return client.send(new WorkflowCall(settings, workflow, inputs), deadline);
    }

    @Override
    public void close() {
        client.close();
    }
}
