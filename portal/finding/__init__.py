"""Finding: the words of each activity, and what fits what somebody looks for."""
