"""What both builds serve: first sight, lists of models, recorded trainings; and the static build."""
