package io.github.camelroboflow.delivery;

import java.io.File;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;

/** Lets the files pass that are wanted images by their names, and leaves the others where they are. */
public final class ImageFileFilter implements GenericFileFilter<File> {

    private final ImageNames names = new ImageNames();

    /** As {@link ImageNames#setExtensions}. */
    public void setExtensions(String extensions) {
        names.setExtensions(extensions);
    }

    /** As {@link ImageNames#setInclude}. */
    public void setInclude(String include) {
        names.setInclude(include);
    }

    /** As {@link ImageNames#setExclude}. */
    public void setExclude(String exclude) {
        names.setExclude(exclude);
    }

    @Override
    public boolean accept(GenericFile<File> file) {
        String name = file.getRelativeFilePath().replace(File.separatorChar, '/');
        return file.isDirectory() ? names.isWanted(name) : names.accept(name);
    }
}
