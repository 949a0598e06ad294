package io.github.camelroboflow.component.workflow;

import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.ServiceConfiguration;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code roboflow-workflow:} endpoint, and their defaults on the component. */
@UriParams
@Configurer
public class WorkflowConfiguration extends ServiceConfiguration {

    @UriParam(label = "common")
    private String apiUrl;
    @UriParam(label = "common")
    @Metadata(supportFileReference = true)
    private String specification;
    @UriParam(label = "common", defaultValue = "image")
    private String imageName = "image";
    @UriParam(label = "common", defaultValue = "base64", enums = "base64,url")
    private ImageInput imageInput = ImageInput.BASE64;
    @UriParam(label = "common", defaultValue = "true")
    private boolean useCache = true;
    @UriParam(label = "advanced")
    private String workflowVersionId;
    @UriParam(label = "common")
    private String excludedFields;

    @Override
    protected WorkflowConfiguration copy() {
        return (WorkflowConfiguration) super.copy();
    }

    @Override
    protected RoboflowHost host(RoboflowConfiguration models) {
        if (apiUrl != null) {
            if (apiUrl.strip().equals("v1")) {
                throw new IllegalArgumentException("apiUrl=v1 is not for workflows: Roboflow's older hosts run none. Leave"
                        + " apiUrl out");
            }
            return RoboflowHost.of(apiUrl, null);
        }
        // each of the older hosts serves models of one task; workflows run in the cloud
        return models.getApiUrl().strip().equals("v1") ? RoboflowHost.SERVERLESS : RoboflowHost.of(models.getApiUrl(), null);
    }

    @Override
    protected void validate() {
        super.validate();
        if (imageInput == ImageInput.FILE) {
            throw new IllegalArgumentException("imageInput=file is not for workflows, which take images as base64 or url");
        }
        if (imageName.isBlank()) {
            throw new IllegalArgumentException("imageName is empty: it is the name of the workflow's input for images");
        }
    }

    List<String> excluded() {
        return excludedFields == null ? List.of()
                : Arrays.stream(excludedFields.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    public String getApiUrl() {
        return apiUrl;
    }

    /**
     * The server: serverless is Roboflow's cloud, serverless-eu the European one; or an address, such as
     * https://my-deployment.roboflow.cloud or http://localhost:9001. By default the server of the roboflow component.
     */
    public void setApiUrl(String apiUrl) {
        this.apiUrl = apiUrl;
    }

    public String getSpecification() {
        return specification;
    }

    /**
     * For inline: the workflow's definition as JSON, from file:, classpath: or another resource, or a bean of type String or Map
     * (#name). Read once, at the start.
     */
    public void setSpecification(String specification) {
        this.specification = specification;
    }

    public String getImageName() {
        return imageName;
    }

    /** The name of the workflow's input for images. */
    public void setImageName(String imageName) {
        this.imageName = imageName;
    }

    @Override
    public ImageInput getImageInput() {
        return imageInput;
    }

    /**
     * The form in which an image is sent to the server: base64 sends the image, and with url the body is the URL of an image, as
     * text, for the server to fetch.
     */
    public void setImageInput(ImageInput imageInput) {
        this.imageInput = imageInput;
    }

    public boolean isUseCache() {
        return useCache;
    }

    /** Whether the server may use a definition of a saved workflow that it read up to 15 minutes ago. */
    public void setUseCache(boolean useCache) {
        this.useCache = useCache;
    }

    public String getWorkflowVersionId() {
        return workflowVersionId;
    }

    /** The version of a saved workflow; the newest by default. */
    public void setWorkflowVersionId(String workflowVersionId) {
        this.workflowVersionId = workflowVersionId;
    }

    public String getExcludedFields() {
        return excludedFields;
    }

    /** Names of outputs to leave out, such as pictures, separated by commas. */
    public void setExcludedFields(String excludedFields) {
        this.excludedFields = excludedFields;
    }
}
