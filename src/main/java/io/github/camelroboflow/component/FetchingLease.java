package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.ModelFetcher;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has models that are not in the models directory fetched before the engine opens them. What the engine refuses stays there: its
 * files can be looked at, and need not be fetched again once a newer version of this library takes them.
 *
 * @param lease     on the engine that runs them
 * @param directory the models directory
 * @param fetcher   empty without a key
 */
record FetchingLease(Engines.Lease lease, Path directory, Optional<ModelFetcher> fetcher) implements Engines.Lease {

    private static final Logger LOG = LoggerFactory.getLogger(FetchingLease.class);

    @Override
    public InferenceEngine engine() {
        return lease.engine();
    }

    @Override
    public InferenceEngine.OpenModel open(ModelId model) {
        Path folder = directory.resolve(model.value());
        boolean missing = !ModelFetcher.isTaken(folder);
        if (missing && fetcher.isPresent()) {
            LOG.info("Model '{}' is fetched into {}, which happens once", model, folder);
            fetcher.get().fetch(model, folder);
            LOG.info("Model '{}' is there", model);
        }
        try {
            return lease.open(model);
        } catch (ModelPackageException e) {
            if (missing && fetcher.isEmpty()) {
                throw new ModelPackageException(e.getMessage() + "; or, if it is a model of yours at Roboflow, set apiKey or the"
                        + " environment variable " + HostedConnections.KEY_VARIABLE + ", and it is fetched", e);
            }
            if (ModelFetcher.isFetched(folder)) {
                throw new ModelPackageException(e.getMessage() + "; it was fetched from Roboflow: delete that folder to have it"
                        + " fetched again", e);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
