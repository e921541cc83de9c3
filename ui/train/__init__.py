"""Starting and controlling trainings from the page: form, estimate, line of runs, who may do what."""
