package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.net.URIBuilder;

/** One image into a dataset: {@code POST /dataset/{project}/upload}. May be repeated: the same bytes are one image there. */
final class UploadCall implements Call<UploadedImage> {

    private final HostedSettings settings;
    private final DatasetPlace place;
    private final ImageSource image;
    private final ImageInput input;

    UploadCall(HostedSettings settings, DatasetPlace place, ImageSource image, ImageInput input) {
        this.settings = settings;
        this.place = place;
        this.image = image;
        this.input = input;
    }

    @Override
    public String subject() {
        return "image '" + image.name() + "' for the dataset " + place.project();
    }

    @Override
    public String target() {
        return "the dataset " + place.project();
    }

    @Override
    public List<ImageSource> images() {
        return List.of(image);
    }

    @Override
    public int longestAnswer() {
        return PlatformCalls.LONGEST_ANSWER;
    }

    @Override
    public HttpUriRequestBase request() throws IOException {
        Map<String, String> named = new LinkedHashMap<>();
        named.put("name", image.name());
        if (!place.split().isEmpty()) {
            named.put("split", place.split());
        }
        URIBuilder address = PlatformCalls.address(settings.host(), "dataset", place.project(), "upload");
        named.forEach(address::addParameter);
        if (!place.batch().isEmpty()) {
            address.addParameter("batch", place.batch());
        }
        place.tags().forEach(tag -> address.addParameter("tag", tag));
        if (image instanceof ImageSource.OfUrl url) {
            return new HttpPost(PlatformCalls.uri(address.addParameter("image", url.url().toString())));
        }
        HttpPost request = new HttpPost(PlatformCalls.uri(address));
        // of a multipart body Roboflow's own clients give name and split as parts, otherwise in the query
        request.setEntity(input == ImageInput.BASE64 ? ImageBodies.base64(image) : ImageBodies.multipart(image, named));
        return request;
    }

    @Override
    public UploadedImage read(Answer answer) {
        JsonNode json = PlatformCalls.json(answer, settings.host(), subject());
        boolean duplicate = json.path("duplicate").asBoolean();
        String id = json.path("id").asText("");
        if (id.isEmpty() || !duplicate && !json.path("success").asBoolean()) {
            throw PlatformCalls.refused(answer, settings, subject());
        }
        return new UploadedImage(id, duplicate);
    }
}
