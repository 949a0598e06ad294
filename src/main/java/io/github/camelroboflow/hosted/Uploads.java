package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.ImageSource;
import java.util.concurrent.CompletableFuture;

/** Sends images to datasets. All failures are {@link io.github.camelroboflow.inference.RoboflowException}s. */
public final class Uploads implements HostedService {

    private final HostedSettings settings;
    private final HostedClient client;

    public Uploads(HostedSettings settings) {
        this(settings, new HostedClient(settings));
    }

    Uploads(HostedSettings settings, HostedClient client) {
        this.settings = settings;
        this.client = client;
    }

    @Override
    public void addPlaces(int requests) {
        client.addPlaces(requests);
    }

    /**
     * Sends an image under its name. May be repeated: an image of the same bytes is told as a duplicate.
     *
     * @param input    how bytes are sent; a URL is always sent as it is
     * @param deadline for everything, all tries included
     */
    public CompletableFuture<UploadedImage> upload(ImageSource image, DatasetPlace place, ImageInput input, Deadline deadline) {
        return client.send(new UploadCall(settings, place, image, input), deadline);
    }

    /**
     * Sends the labels of an image that was uploaded.
     *
     * @param deadline for everything, all tries included
     * @return true if they were taken, false if the image already had some, which stay
     */
    public CompletableFuture<Boolean> annotate(String project, UploadedImage uploaded, String imageName, Annotation annotation,
                                               Deadline deadline) {
        return client.send(new AnnotationCall(settings, project, uploaded.id(), imageName, annotation), deadline);
    }

    @Override
    public void close() {
        client.close();
    }
}
